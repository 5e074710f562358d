import type { SessionEvent } from '../events';
import type { SessionEffect } from './model';
import { isAtWork, type AutoAllow, type Session } from '../model';

/** The user allows the session everything it asks for; null: no longer. */
export function allowing(session: Session, rule: AutoAllow | null): [Session, SessionEffect[]] {
  if (rule === null && session.allowing === undefined) return [session, []];
  const next: Session = { ...session, card: { ...session.card } };
  if (rule === null) {
    delete next.allowing;
    delete next.card.allowing;
  } else {
    next.allowing = rule;
    next.card.allowing = rule.until;
  }
  return [next, isAtWork(next) ? [{ do: 'show' }] : []];
}

/** A rule “until the turn is done” ends with the turn. */
export function ruleEnds(
  [next, effects]: [Session, SessionEffect[]],
  event: SessionEvent,
): [Session, SessionEffect[]] {
  const isOver = event.type === 'turn.ended' && next.allowing?.until === 'done';
  return isOver ? [allowing(next, null)[0], effects] : [next, effects];
}
