import type { SessionEvent } from '../events';
import type { SessionEffect } from './input';
import { isAtWork, type AutoAllow, type Session } from '../model';

/** The person allows the session everything it asks for, or not any more (null). */
export function allowing(session: Session, rule: AutoAllow | null): [Session, SessionEffect[]] {
  const { allowing: old, ...next } = session;
  const { allowing: shown, ...card } = session.card;
  void shown;
  if (rule === null && old === undefined) return [session, []];
  const changed: Session =
    rule === null ? { ...next, card } : { ...next, allowing: rule, card: { ...card, allowing: rule.until } };
  return [changed, isAtWork(changed) ? [{ do: 'show' }] : []];
}

/** “Until it is done” is over with the turn. */
export function ruleEnds(
  [next, effects]: [Session, SessionEffect[]],
  event: SessionEvent,
): [Session, SessionEffect[]] {
  const over = event.type === 'turn.ended' && next.allowing?.until === 'done';
  return over ? [allowing(next, null)[0], effects] : [next, effects];
}
