import { reduceCard } from '../../cards/reduce';
import { besideTurn } from './at-work';
import type { SessionEvent } from '../events';
import type { SessionEffect } from './input';
import { limitReached } from './limited';
import { isAtWork, type Session } from '../model';

/** What an agent does only when its account allows it. */
const GOES_ON: ReadonlySet<SessionEvent['type']> = new Set(['text', 'thinking', 'tool.started']);

/** What something that the transcript told means for the session. `replyTo`: the message whose prompt began the turn, in the chat `by`. */
export function observed(
  session: Session,
  event: SessionEvent,
  replyTo: number | undefined,
  by?: number,
): [Session, SessionEffect[]] {
  if (event.type === 'limit.reached') return limitReached(session, event);
  if (session.limited !== undefined && GOES_ON.has(event.type)) {
    // It works again, by whoever's doing.
    const { limited, ...rest } = session;
    const [next, effects] = observed(rest, event, replyTo, by);
    const over: SessionEffect[] = [
      { do: 'tell-limited', limited, state: 'resumed' },
      { do: 'alarm' },
      { do: 'deliver' },
    ];
    return [next, [...effects, ...over]];
  }
  if (event.type === 'figures') return figured(session, event);
  const card = reduceCard(session.card, event);
  if (card === session.card) return [session, []];
  const next: Session = { ...session, card };
  if (card.turn !== session.card.turn) {
    // A new turn: of a prompt, or one that the agent began by itself (a background task that came back).
    if (replyTo === undefined) delete next.replyTo;
    else next.replyTo = replyTo;
    if (by === undefined) delete next.by;
    else [next.by, next.wroteLast] = [by, by];
    const effects: SessionEffect[] = [{ do: 'show' }, { do: 'watch', on: true }];
    return [next, [{ do: 'begin' }, ...effects]];
  }
  if (card.phase === 'idle') {
    // The turn has ended, or something of it came late: what is finished is shown whole.
    const told = event.type === 'turn.ended' || event.type === 'text' || event.type === 'tool.ended';
    if (card.turn === 0) return [next, []];
    if (!told) return [next, besideTurn(session, next)];
    const effects: SessionEffect[] = [{ do: 'finish' }, { do: 'watch', on: session.phase !== 'ready' }];
    // An interrupted agent may have given a prompt back into its input line, where it kept the next one waiting.
    if (event.type === 'turn.ended') effects.push({ do: 'deliver' });
    return [next, isAtWork(next) ? [...effects, { do: 'show' }] : effects];
  }
  return [next, event.type === 'other' ? [] : [{ do: 'show' }]];
}

/** The session as one to which the chat `by` wrote last; undefined: nobody knows who did. */
export function wroteTo(session: Session, by: number | undefined): Session {
  return by === undefined || by === session.wroteLast ? session : { ...session, wroteLast: by };
}

function figured(
  session: Session,
  event: Extract<SessionEvent, { type: 'figures' }>,
): [Session, SessionEffect[]] {
  const { figures, at } = event;
  const card = reduceCard(session.card, event);
  const told: SessionEffect[] = figures.limits === undefined ? [] : [{ do: 'account', figures, at }];
  if (card === session.card) return [session, told];
  const next = { ...session, card };
  return [next, isAtWork(next) ? [{ do: 'show', minor: true }, ...told] : told];
}
