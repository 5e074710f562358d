import { sessionLabel } from '../sessions/model';
import type { Machine, SessionElsewhere, SharedSession } from './model';

/** Of the sessions of all machines those that another one than `host` has, as the chat shows them. */
export function sessionsElsewhere(
  host: string,
  sessions: readonly SharedSession[],
  machines: readonly Machine[],
): SessionElsewhere[] {
  const away = new Set(machines.flatMap((machine) => (machine.isAway ? [machine.host] : [])));
  return sessions
    .filter((session) => session.host !== host)
    .map((session) => ({
      ...session,
      label: sessionLabel(session.name, session.host),
      isAway: away.has(session.host),
    }));
}
