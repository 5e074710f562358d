import { runningAgents, withoutSilentAgents } from '../../cards/live';
import type { SessionEffect } from './input';
import { isAtWork, type Session } from '../model';

/** A sub-agent that works between turns and tells nothing for this long, ms, is no longer shown as being at work. */
const AGENT_SILENT_MS = 3_600_000;

/** Tells by which sub-agents two states differ. */
export function agentsKey({ card }: Session): string {
  return runningAgents(card)
    .map(({ id, file }) => `${id} ${file ?? ''}`)
    .join('\n');
}

/** Between turns only sub-agents that work on make a live card; it goes when the last of them has ended. */
export function besideTurn(before: Session, after: Session): SessionEffect[] {
  if (isAtWork(after)) return [{ do: 'show' }];
  return isAtWork(before) ? [{ do: 'hide' }] : [];
}

/** Time has passed: of sub-agents that are silent for long nobody knows what became of them. */
export function ticked(session: Session, at: number): [Session, SessionEffect[]] {
  if (session.card.phase === 'working') return [session, []];
  const card = withoutSilentAgents(session.card, at - AGENT_SILENT_MS);
  if (card === session.card) return [session, []];
  const next = { ...session, card };
  return [next, besideTurn(session, next)];
}
