/**
 * The longest that is waited at once, ms. A timer stands still while the host sleeps; the clock does not, and is
 * looked at this often while something is waited for.
 */
export const LOOK_MS = 60_000;

/** What an alarm needs. */
export interface AlarmDeps {
  /** When something is due next, ms since the epoch, as it is on disk; undefined: nothing is. */
  next(): number | undefined;
  /** Something is due. */
  ring(at: number): void;
  now(): number;
  log(level: 'error', text: string, meta?: Record<string, unknown>): void;
}

/** Wakes up for what is due at a time that is on disk; nothing runs while nothing is. */
export interface Alarm {
  /** What is due next may have changed. */
  set(): void;
  stop(): void;
}

/** Makes the alarm; it is not set yet. */
export function createAlarm(deps: AlarmDeps): Alarm {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  function set(): void {
    clearTimeout(timer);
    timer = undefined;
    const due = stopped ? undefined : deps.next();
    if (due === undefined) return;
    timer = setTimeout(wake, Math.min(LOOK_MS, Math.max(0, due - deps.now())));
  }

  function wake(): void {
    const at = deps.now();
    let failed = false;
    try {
      if ((deps.next() ?? Infinity) <= at) deps.ring(at);
    } catch (error) {
      // A full disk: what is due stays due.
      failed = true;
      deps.log('error', 'what was due could not be done', { error: String(error) });
    }
    if (!failed) return set();
    timer = stopped ? undefined : setTimeout(wake, LOOK_MS);
  }

  return {
    set,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
