import { maskedLine } from '../../cards/clean';
import { restoredCard } from '../../cards/reduce';
import type { SessionEffect, SessionInput } from './model';
import { isAtWork, isLive, isUserEnded, type EndedWhy, type Session } from '../model';

/** The longest summary of a session's first words, UTF-16 units. */
const ABOUT_MAX = 60;

/** Why an input ends a session. */
const WHY: Partial<Record<SessionInput['type'], EndedWhy>> = {
  died: 'died',
  closed: 'closed',
  killed: 'killed',
  lost: 'lost',
};

/** The session after an input, with what its history is kept by: when something last happened, its first words, why it ended. */
export function stamped(before: Session, after: Session, input: SessionInput): Session {
  let next = after;
  if (!isLive(after)) {
    const why = input.type === 'archived' ? input.why : (WHY[input.type] ?? 'died');
    next = { ...next, ended: { at: input.at, why } };
    delete next.missing;
    // Stored with the end: a crash must not leave an agent behind that the user ended.
    if (isUserEnded(next)) next = { ...next, leftover: true };
  }
  const isActivity = input.type === 'typed' || (input.type === 'observed' && after.card !== before.card);
  if (isActivity && next.activeAt !== input.at) next = { ...next, activeAt: input.at };
  if (next.about === undefined && input.type === 'observed' && input.event.type === 'turn.started') {
    const about = maskedLine(input.event.prompt, ABOUT_MAX);
    if (about !== '') next = { ...next, about };
  }
  return next;
}

/** An archived session that continues: with a new card, its transcript where it was left. */
export function restored(
  session: Session,
  { at, name, cwd, sessionId, transcriptPath }: Extract<SessionInput, { type: 'restored' }>,
): [Session, SessionEffect[]] {
  const {
    ended: _ended,
    replyTo: _replyTo,
    adopted: _adopted,
    leftover: _leftover,
    program: _program,
    ...kept
  } = session;
  const binding =
    sessionId === undefined || transcriptPath === undefined
      ? kept.binding
      : { at: kept.binding?.at ?? at, sessionId, transcriptPath };
  const next: Session = {
    ...kept,
    ...(binding === undefined ? {} : { binding }),
    ...(cwd === undefined ? {} : { cwd }),
    name,
    phase: 'opening',
    restoring: true,
    reopenedAt: at,
    activeAt: at,
    card: restoredCard(kept.card, name, at),
  };
  return [
    next,
    binding === undefined ? [] : [{ do: 'follow', path: binding.transcriptPath, at: binding.at }],
  ];
}

/** An ended session of whose agent no process is left. */
export function cleared(session: Session): Session {
  if (session.leftover === undefined) return session;
  const next = { ...session };
  delete next.leftover;
  return next;
}

/**
 * When an idle session goes to the archive, ms since the epoch. Null: not while its agent works or asks, or will continue
 * after a limit; never a command, which runs until it ends and could not be
 * resumed; and never a session whose window cannot be found, since that would end its agent.
 */
export function idleUntil(session: Session, afterMs: number): number | null {
  if (!isLive(session) || afterMs <= 0) return null;
  if (session.missing !== undefined) return null;
  if (session.phase !== 'ready' || isAtWork(session) || session.surface === 'screen') return null;
  if (session.limited?.resume === true && !session.limited.over) return null;
  return (session.activeAt ?? session.reopenedAt ?? session.createdAt) + afterMs;
}

/** Archived sessions, newest first. */
export function archivedOf(sessions: readonly Session[]): Session[] {
  return sessions
    .filter((session) => !isLive(session))
    .sort((a, b) => endedAt(b) - endedAt(a) || b.createdAt - a.createdAt);
}

/** The sessions that were archived long enough to be deleted. */
export function purgeable(sessions: readonly Session[], now: number, keepMs: number): Session[] {
  return sessions.filter((session) => !isLive(session) && endedAt(session) + keepMs <= now);
}

const endedAt = (session: Session): number => session.ended?.at ?? session.activeAt ?? session.createdAt;
