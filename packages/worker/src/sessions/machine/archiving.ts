import { maskedLine } from '../../cards/clean';
import { newCard } from '../../cards/model';
import type { SessionEffect, SessionInput } from './input';
import { isAtWork, isLive, type EndedWhy, type Session } from '../model';

/** The most UTF-16 units of the first words that tell what a session was about. */
const ABOUT_MAX = 60;

/** Why an input takes a session out of use. */
const WHY: Partial<Record<SessionInput['type'], EndedWhy>> = {
  died: 'died',
  closed: 'closed',
  killed: 'killed',
  lost: 'lost',
};

/** A session after an input, with what is kept of its course: when something last happened, what it is about, why it ended. */
export function stamped(before: Session, after: Session, input: SessionInput): Session {
  let next = after;
  if (!isLive(after)) {
    const why = input.type === 'archived' ? input.why : (WHY[input.type] ?? 'died');
    next = { ...next, ended: { at: input.at, why } };
    // On disk with its end: a crash must not leave an agent that nobody looks for.
    if (after.binding !== undefined) next = { ...next, leftover: true };
  }
  const happened = input.type === 'typed' || (input.type === 'observed' && after.card !== before.card);
  if (happened) next = { ...next, activeAt: input.at };
  if (next.about === undefined && input.type === 'observed' && input.event.type === 'turn.started') {
    const about = maskedLine(input.event.prompt, ABOUT_MAX);
    if (about !== '') next = { ...next, about };
  }
  return next;
}

/** An archived session that goes on: its card begins anew, its transcript where it was left. */
export function restored(
  session: Session,
  { at, name }: Extract<SessionInput, { type: 'restored' }>,
): [Session, SessionEffect[]] {
  const { ended, replyTo, adopted, leftover, ...kept } = session;
  void [ended, replyTo, adopted, leftover]; // of its life before
  const { card, binding } = session;
  const fresh = {
    ...newCard({ session: session.id, name, agent: card.agent }),
    turn: card.turn,
    seen: card.seen,
  };
  const next: Session = {
    ...kept,
    name,
    phase: 'opening',
    restoring: true,
    reopenedAt: at,
    activeAt: at,
    card: fresh,
  };
  return [
    next,
    binding === undefined ? [] : [{ do: 'follow', path: binding.transcriptPath, at: binding.at }],
  ];
}

/** A session that is over, once it is known that nothing of its agent is left. */
export function cleared(session: Session): Session {
  if (session.leftover === undefined) return session;
  const { leftover, ...kept } = session;
  void leftover; // there is nothing
  return kept;
}

/**
 * When a session that nothing happens in goes to the archive, ms since the epoch; null: not now. Its agent works or asks,
 * or is to go on when a limit is over; a command runs until it ends, and could not go on.
 */
export function idleUntil(session: Session, afterMs: number): number | null {
  if (!isLive(session) || afterMs <= 0) return null;
  if (session.phase !== 'ready' || isAtWork(session) || session.surface === 'screen') return null;
  if (session.limited?.resume === true && !session.limited.over) return null;
  return (session.activeAt ?? session.reopenedAt ?? session.createdAt) + afterMs;
}

/** The archive: the newest first. */
export function archivedOf(sessions: readonly Session[]): Session[] {
  return sessions
    .filter((session) => !isLive(session))
    .sort((a, b) => endedAt(b) - endedAt(a) || b.createdAt - a.createdAt);
}

/** Those whose time in the archive is over. */
export function purgeable(sessions: readonly Session[], now: number, keepMs: number): Session[] {
  return sessions.filter((session) => !isLive(session) && endedAt(session) + keepMs <= now);
}

const endedAt = (session: Session): number => session.ended?.at ?? session.activeAt ?? session.createdAt;
