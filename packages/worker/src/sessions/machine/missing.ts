import type { KnownProcess } from '@ccbot/shared/processes/known-process';
import type { Session } from '../model';
import type { SessionEffect, SessionInput } from './model';

type Step = [Session, SessionEffect[]];

/** The session with a window that is there. `program`: what runs in it, if that was not known. */
export function windowThere(session: Session, program: KnownProcess | undefined): Session {
  const { missing, ...found } = session;
  if (missing === undefined && program === undefined) return session;
  return program === undefined ? found : { ...found, program };
}

/** The user is asked once about the same processes, however often their window is looked for. */
export function windowMissing(
  session: Session,
  { at, processes }: Extract<SessionInput, { type: 'missing' }>,
): Step {
  const { missing } = session;
  if (missing !== undefined && areSame(missing.processes, processes)) return [session, []];
  const next: Session = { ...session, missing: { at, processes } };
  return [next, [{ do: 'hide-screen' }, { do: 'tell-missing' }]];
}

export function leftRunning(session: Session): Step {
  const { missing } = session;
  return [missing === undefined ? session : { ...session, missing: { ...missing, isLeft: true } }, []];
}

function areSame(before: readonly KnownProcess[], now: readonly KnownProcess[]): boolean {
  const known = new Set(before.map(nameOf));
  return now.every((each) => known.has(nameOf(each)));
}

const nameOf = ({ pid, started }: KnownProcess): string => `${pid} ${started}`;
