/** Calls that come again and again, until stopped. */
export interface Ticking {
  stop(): void;
}

/**
 * Calls `tick` whenever the monotonic clock passes a multiple of `everyMs`, with how late it is, ms. So everything of one
 * process that ticks at the same pace wakes it at the same time: an idle process pays for its wakeups, hardly for what it
 * does then. Does not keep the process alive.
 */
export function tickTogether(everyMs: number, tick: (lateMs: number) => void): Ticking {
  let due = 0;
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    // Node.js may run a timer a fraction of a millisecond early.
    const now = Math.max(performance.now(), due);
    due = Math.floor(now / everyMs + 1) * everyMs;
    timer = setTimeout(run, Math.ceil(due - now)).unref();
  };
  const run = (): void => {
    const lateMs = Math.max(0, performance.now() - due);
    arm();
    tick(lateMs);
  };
  arm();
  return { stop: () => clearTimeout(timer) };
}
