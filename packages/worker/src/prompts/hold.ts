import type { HoldReason } from './decide';
import type { Prompt } from './model';

/** A draft at the desk that is gone sooner than this, ms, is not told of. */
export const DRAFT_TELL_MS = 2_000;

/** What holding needs. */
export interface QueueHoldDeps {
  /** The messages of a session that wait, oldest first. */
  waiting(session: string): Prompt[];
  /** Goes on looking at the screen of a session that keeps messages waiting, or no longer. */
  attend(session: string, on: boolean): void;
  /** A message waits, for this reason; told once for each reason. */
  onHeld(prompt: Prompt, why: HoldReason): void;
  /** A message stands behind one that waits; told once. */
  onQueued(prompt: Prompt): void;
}

/** Messages that wait for the screen, and what the person was told of them. */
export interface QueueHold {
  /** The oldest message of the session waits. */
  hold(session: string, why: HoldReason): void;
  /** Nothing of the session waits any more, or it is typed now. */
  free(session: string): void;
  /** Whether the session is looked at because of what waits. */
  holds(session: string): boolean;
  release(session: string): void;
  stop(): void;
}

/** These are on the screen of a session that is looked at anyway, and ask for something from the person. */
const AT_ONCE: ReadonlySet<HoldReason> = new Set(['starting', 'dialog', 'limit']);

/** Makes the holding; it holds a timer only while something waits that the person was not told of. */
export function createQueueHold(deps: QueueHoldDeps): QueueHold {
  const told = new Map<number, HoldReason>();
  const queued = new Set<number>();
  const attended = new Set<string>();
  const timers = new Map<string, NodeJS.Timeout>();

  function tell(session: string, why: HoldReason): void {
    const [first, ...behind] = deps.waiting(session);
    if (first === undefined) return;
    if (told.get(first.id) !== why) {
      told.set(first.id, why);
      deps.onHeld(first, why);
    }
    for (const prompt of behind) {
      if (queued.has(prompt.id)) continue;
      queued.add(prompt.id);
      deps.onQueued(prompt);
    }
  }

  function forget(session: string): void {
    clearTimeout(timers.get(session));
    timers.delete(session);
  }

  return {
    hold(session, why) {
      if (!attended.has(session)) {
        attended.add(session);
        deps.attend(session, true);
      }
      forget(session);
      if (AT_ONCE.has(why)) return tell(session, why);
      timers.set(
        session,
        setTimeout(() => {
          timers.delete(session);
          tell(session, why);
        }, DRAFT_TELL_MS),
      );
    },
    free(session) {
      forget(session);
      if (attended.delete(session)) deps.attend(session, false);
    },
    holds: (session) => attended.has(session),
    release(session) {
      forget(session);
      attended.delete(session);
    },
    stop() {
      for (const session of [...timers.keys()]) forget(session);
    },
  };
}
