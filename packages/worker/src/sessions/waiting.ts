/** How a session's agent stands with its requests: none, one that is being answered, or one that waits for the user. */
export type Waiting = 'no' | 'deciding' | 'yes';

/** A request that was closed hides the screen's own dialog this long, ms: the dialog itself goes in a moment. */
const AFTER_MS = 2_000;

/**
 * Which sessions wait for an answer of the user. Written by the feature that shows requests, read by the board, by
 * screens and by the router, which must not know that feature.
 */
export interface WaitingSessions {
  set(session: string, waiting: Waiting): void;
  /** A request of the session was closed just now, shown or not. */
  closed(session: string): void;
  /** A request waits for the user. */
  isWaiting(session: string): boolean;
  /** A request of the session is in the chat, or was a moment ago: its dialog needs no screen. */
  isShown(session: string): boolean;
  release(session: string): void;
  /** Calls `listener` when it may be another session, or none, that waits for the user. */
  onChange(listener: () => void): void;
}

export function createWaitingSessions(now: () => number): WaitingSessions {
  const waiting = new Map<string, Waiting>();
  const closedAt = new Map<string, number>();
  const listeners: (() => void)[] = [];
  return {
    set(session, next) {
      const before = waiting.get(session) ?? 'no';
      waiting.set(session, next);
      if (before !== next) for (const listener of listeners) listener();
    },
    closed: (session) => void closedAt.set(session, now()),
    isWaiting: (session) => waiting.get(session) === 'yes',
    isShown(session) {
      if ((waiting.get(session) ?? 'no') !== 'no') return true;
      // Also after the clock was set back.
      return Math.abs(now() - (closedAt.get(session) ?? -Infinity)) < AFTER_MS;
    },
    release(session) {
      waiting.delete(session);
      closedAt.delete(session);
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
