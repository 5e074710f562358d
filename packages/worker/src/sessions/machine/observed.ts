import { correctedCard } from '../../cards/answered';
import { reduceCard } from '../../cards/reduce';
import type { SessionEvent } from '../events';
import { isAtWork, type Session } from '../model';
import { besideTurn } from './at-work';
import { limitReached } from './limited';
import type { SessionEffect } from './model';

type Step = [Session, SessionEffect[]];

/** Events of an agent whose account lets it work. */
const WORKS: ReadonlySet<SessionEvent['type']> = new Set(['text', 'thinking', 'tool.started']);

/** Events that change a finished turn, also when they come late. */
const FINISHES: ReadonlySet<SessionEvent['type']> = new Set(['turn.ended', 'text', 'tool.ended']);

/** Decides what a transcript's event means. `replyTo`: the message whose prompt began the turn, in the chat `by`. */
export function observed(
  session: Session,
  event: SessionEvent,
  replyTo: number | undefined,
  by?: number,
): Step {
  if (event.type === 'moved') return moved(session, event.cwd);
  if (event.type === 'limit.reached') return limitReached(session, event);
  if (session.limited !== undefined && WORKS.has(event.type)) return worksAgain(session, event, replyTo, by);
  if (event.type === 'figures') return figured(session, event);
  const card = reduceCard(session.card, event);
  if (card === session.card) return [session, []];
  const next: Session = { ...session, card };
  if (event.type === 'text' && card.texts === session.card.texts) return [next, []]; // shown before
  if (card.turn !== session.card.turn) {
    // The agent continues after its answer, for the same message.
    const isSame = session.card.phase === 'working' && event.type !== 'turn.started';
    const started = isSame ? turnStarted(next, session.replyTo, session.by) : turnStarted(next, replyTo, by);
    return corrected(session, started);
  }
  if (card.phase === 'idle') return turnFinished(session, next, event);
  if (card.answered !== undefined) return [next, event.type === 'other' ? [] : answeredEffects(next)];
  return [next, event.type === 'other' ? [] : [{ do: 'show' }]];
}

/** The session in the agent's new directory. */
export function moved(session: Session, cwd: string): Step {
  return [cwd === session.cwd ? session : { ...session, cwd }, []];
}

/** The session with the chat that wrote to it last; undefined: not known. */
export function wroteTo(session: Session, by: number | undefined): Session {
  return by === undefined || by === session.wroteLast ? session : { ...session, wroteLast: by };
}

/** The agent works although it had reached a limit: the limit is over, for whatever reason. */
function worksAgain(
  session: Session,
  event: SessionEvent,
  replyTo: number | undefined,
  by: number | undefined,
): Step {
  const { limited, ...unlimited } = session;
  const [next, effects] = observed(unlimited, event, replyTo, by);
  if (limited === undefined) return [next, effects];
  return [
    next,
    [...effects, { do: 'tell-limited', limited, state: 'resumed' }, { do: 'alarm' }, { do: 'deliver' }],
  ];
}

/** A turn of a prompt, or one that the agent began by itself, such as for a background task that returned. */
function turnStarted(session: Session, replyTo: number | undefined, by: number | undefined): Step {
  const next = { ...session };
  delete next.replyTo;
  delete next.by;
  if (replyTo !== undefined) next.replyTo = replyTo;
  if (by !== undefined) {
    next.by = by;
    next.wroteLast = by;
  }
  const shown: SessionEffect[] =
    session.card.answered === undefined ? [{ do: 'show' }] : answeredEffects(next);
  return [next, [{ do: 'begin' }, ...shown, { do: 'watch', on: true }]];
}

/** The turn has its answer, or more of what came before it is known: it is shown in full, although it has not ended. */
function answeredEffects(session: Session): SessionEffect[] {
  return isAtWork(session) ? [{ do: 'finish' }, { do: 'show' }] : [{ do: 'finish' }];
}

/** The turn before was shown as a hook told it, and the transcript has another answer. */
function corrected(before: Session, [next, effects]: Step): Step {
  const card = correctedCard(before.card);
  return [next, card === null ? effects : [{ do: 'finish', of: { ...before, card } }, ...effects]];
}

/** The turn has ended, or something of it came late: the finished turn is shown in full. */
function turnFinished(before: Session, next: Session, event: SessionEvent): Step {
  if (next.card.turn === 0) return [next, []];
  if (!FINISHES.has(event.type)) return [next, besideTurn(before, next)];
  return [
    next,
    [
      { do: 'finish' },
      { do: 'watch', on: before.phase !== 'ready' },
      // An interrupted agent may have put a prompt back into its input line, where it blocked the next one.
      ...(event.type === 'turn.ended' ? [{ do: 'deliver' } as const] : []),
      ...(isAtWork(next) ? [{ do: 'show' } as const] : []),
    ],
  ];
}

function figured(session: Session, event: Extract<SessionEvent, { type: 'figures' }>): Step {
  const { figures, at } = event;
  const card = reduceCard(session.card, event);
  const account: SessionEffect[] = figures.limits === undefined ? [] : [{ do: 'account', figures, at }];
  if (card === session.card) return [session, account];
  const next = { ...session, card };
  return [next, isAtWork(next) ? [{ do: 'show', minor: true }, ...account] : account];
}
