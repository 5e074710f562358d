import { sessionLabel } from '../sessions/model';

/** A session that a user may name. */
export interface NamedSession {
  id: string;
  /** Without its machine. */
  name: string;
  /** Its machine, where there are several. */
  host?: string;
}

/**
 * The sessions that a written name may mean, in any case: `name`, and where there are several machines `host:name`,
 * `name@host` or the whole label. Several only where machines have sessions of one name.
 */
export function sessionsNamed<S extends NamedSession>(written: string, sessions: readonly S[]): S[] {
  const wanted = written.trim().toLowerCase();
  const exact = sessions.filter((session) => withHost(session).includes(wanted));
  return exact.length > 0 ? exact : sessions.filter(({ name }) => name.toLowerCase() === wanted);
}

/** How a session is named so that no other machine's is meant. */
export function exactName({ name, host }: NamedSession): string {
  return host === undefined ? name : `${host}:${name}`;
}

function withHost({ name, host }: NamedSession): string[] {
  if (host === undefined) return [];
  const names = [`${host}:${name}`, `${name}@${host}`, sessionLabel(name, host), `${name}·${host}`];
  return names.map((each) => each.toLowerCase());
}
