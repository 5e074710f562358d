import type { SessionEvent } from '../events';
import type { SessionEffect } from './input';
import type { Limited, Session } from '../model';

/** The agent ran into a limit of its account: what is written to it waits, and the person is asked once. */
export function limitReached(
  session: Session,
  { at, window, resetsAt }: Extract<SessionEvent, { type: 'limit.reached' }>,
): [Session, SessionEffect[]] {
  const before = session.limited;
  // The same limit again, of a prompt that was typed at the desk: the person knows.
  if (before !== undefined && !before.over && before.resetsAt === resetsAt) return [session, []];
  const limited: Limited = {
    at,
    resume: false,
    over: false,
    ...(window === undefined ? {} : { window }),
    ...(resetsAt === undefined ? {} : { resetsAt }),
  };
  const effects: SessionEffect[] = [
    { do: 'tell-limited', limited, state: 'waits' },
    { do: 'alarm' },
    { do: 'dismiss' },
  ];
  if (before !== undefined) effects.unshift({ do: 'tell-limited', limited: before, state: 'resumed' });
  return [{ ...session, limited }, effects];
}

/** The person said whether and when the session goes on. */
export function resumeAsked(session: Session, when: 'reset' | 'now' | 'never'): [Session, SessionEffect[]] {
  if (session.limited === undefined) return [session, []];
  if (when === 'now' || (when === 'reset' && session.limited.over)) return resumed(session, session.limited);
  const limited = { ...session.limited, resume: when === 'reset' };
  return [{ ...session, limited }, [{ do: 'tell-limited', limited, state: limited.over ? 'over' : 'waits' }]];
}

/** The limit begins anew: the session goes on if the person said so; else the person is asked again. */
export function resetDue(session: Session, at: number): [Session, SessionEffect[]] {
  const { limited } = session;
  if (limited?.resetsAt === undefined || limited.over || limited.resetsAt > at) return [session, []];
  if (limited.resume) return resumed(session, limited);
  const over = { ...limited, over: true };
  return [
    { ...session, limited: over },
    [{ do: 'tell-limited', limited: over, state: 'over' }, { do: 'alarm' }],
  ];
}

function resumed(session: Session, limited: Limited): [Session, SessionEffect[]] {
  const { limited: over, ...next } = session;
  void over;
  return [next, [{ do: 'tell-limited', limited, state: 'resumed' }, { do: 'alarm' }, { do: 'resume' }]];
}
