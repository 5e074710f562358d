import { runningAgents, withoutSilentAgents } from '../../cards/live';
import type { SessionEffect } from './model';
import { isAtWork, type Session } from '../model';

/** A sub-agent between turns that reports nothing for this long, ms, is no longer shown as working. */
const AGENT_SILENT_MS = 3_600_000;

/** Whether other sub-agents run than before, or the transcripts of more of them are known. */
export function hasOtherAgents(before: Session, after: Session): boolean {
  return before.card.agents !== after.card.agents && agentsKey(before) !== agentsKey(after);
}

function agentsKey({ card }: Session): string {
  return runningAgents(card)
    .map(({ id, file }) => `${id} ${file ?? ''}`)
    .join('\n');
}

/** Between turns only running sub-agents keep a live card; it goes when the last one ends. */
export function besideTurn(before: Session, after: Session): SessionEffect[] {
  if (isAtWork(after)) return [{ do: 'show' }];
  return isAtWork(before) ? [{ do: 'hide' }] : [];
}

/** Drops sub-agents that have been silent for long: their fate is unknown. */
export function ticked(session: Session, at: number): [Session, SessionEffect[]] {
  if (session.card.phase === 'working') return [session, []];
  const card = withoutSilentAgents(session.card, at - AGENT_SILENT_MS);
  if (card === session.card) return [session, []];
  const next = { ...session, card };
  return [next, besideTurn(session, next)];
}
