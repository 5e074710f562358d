import type { SessionEvent } from '../events';
import type { SessionEffect } from './model';
import type { Limited, Session } from '../model';

/** The agent reached a limit of its account: prompts wait, and the user is asked once. */
export function limitReached(
  session: Session,
  { at, window, resetsAt }: Extract<SessionEvent, { type: 'limit.reached' }>,
): [Session, SessionEffect[]] {
  const before = session.limited;
  // The same limit again, for a prompt that was typed at the terminal: the user knows.
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

/** The user said whether and when the session continues. */
export function resumeAsked(session: Session, when: 'reset' | 'now' | 'never'): [Session, SessionEffect[]] {
  if (session.limited === undefined) return [session, []];
  if (when === 'now' || (when === 'reset' && session.limited.over)) return resumed(session, session.limited);
  const limited = { ...session.limited, resume: when === 'reset' };
  return [{ ...session, limited }, [{ do: 'tell-limited', limited, state: limited.over ? 'over' : 'waits' }]];
}

/** The limit resets: the session continues if the user said so, else the user is asked again. */
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
  const next = { ...session };
  delete next.limited;
  return [next, [{ do: 'tell-limited', limited, state: 'resumed' }, { do: 'alarm' }, { do: 'resume' }]];
}
