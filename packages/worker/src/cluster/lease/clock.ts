import { uptime } from 'node:os';
import { systemMonotonicMs } from '@ccbot/shared/clock';

/** A difference between the two clocks below this is their resolution, not a sleep, ms. */
const SLEEP_MS = 2_000;

/**
 * A clock for the lease, ms. Like {@link systemMonotonicMs}, but it also counts the time for which the machine slept: a
 * lease ends while its holder sleeps. `readUptime`: how long the machine has been up, ms, sleep included.
 */
export function createLeaseClock(
  monotonic: () => number = systemMonotonicMs,
  readUptime: () => number = () => uptime() * 1_000,
): () => number {
  const base = readUptime() - monotonic();
  let slept = 0;
  return () => {
    const at = monotonic();
    const ahead = readUptime() - at - base;
    // Never back: a clock that was set does not give time back to the holder.
    if (ahead > slept + SLEEP_MS) slept = ahead;
    return at + slept;
  };
}
