import type { SessionEvent } from '../events';
import type { SessionEffect } from './model';
import type { Session } from '../model';

/** Adds what an event says about the agent's login: the agent's own name of an error, or that a turn was done. */
export function withLogin(
  before: Session,
  [next, effects]: [Session, SessionEffect[]],
  event: SessionEvent,
): [Session, SessionEffect[]] {
  if (next === before) return [next, effects];
  if (event.type === 'api.error') return [next, [...effects, { do: 'login', error: event.error }]];
  if (event.type !== 'turn.ended' || event.how !== 'done') return [next, effects];
  return [next, [...effects, { do: 'login' }]];
}
