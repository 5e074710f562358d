import type { LogFn } from '@ccbot/shared/log/logger';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { pause } from '@ccbot/shared/pause';
import type { Store } from './open';

/** Time between two attempts while the disk is full, ms. */
const RETRY_MS = 2_000;

/**
 * Runs work that writes to the store, and repeats it while the disk is full. The first attempt is made even when
 * `signal` is aborted: what has happened outside must still be recorded. Rejects with any other error. The log names
 * `what` writes.
 */
export type RetryWhileFull = (
  what: string,
  signal: AbortSignal,
  work: () => Promise<void> | void,
) => Promise<void>;

/** `waitMs`: time between two attempts. */
export function createRetryWhileFull(
  store: Pick<Store, 'isFull'>,
  log: LogFn,
  waitMs = RETRY_MS,
): RetryWhileFull {
  return async (what, signal, work) => {
    do {
      try {
        return await work();
      } catch (error) {
        if (!store.isFull(error)) throw error;
        log('error', 'disk full, retrying', { what, reason: reasonOf(error) });
      }
      await pause(waitMs, signal);
    } while (!signal.aborted);
  };
}
