import { reasonOf } from '@ccbot/shared/faults/fault';
import { pause } from '@ccbot/shared/pause';
import type { Store } from './open';

/** Time between two tries to write to a store that is full, ms. */
const STORE_WAIT_MS = 2_000;

/**
 * Does what writes to the store, again and again while the disk is full: it goes on by itself when there is room.
 * The first try is made even when `signal` is aborted: what was brought about is to be noted. Rejects with any other
 * error. `who` is named in the log.
 */
export type Stored = (who: string, signal: AbortSignal, work: () => Promise<void> | void) => Promise<void>;

/** Makes it over an open store; `waitMs`: other than the usual time between two tries. */
export function createStored(
  store: Pick<Store, 'isFull'>,
  log: (level: 'error', text: string, meta?: Record<string, unknown>) => void,
  waitMs = STORE_WAIT_MS,
): Stored {
  return async (who, signal, work) => {
    do {
      try {
        return await work();
      } catch (error) {
        if (!store.isFull(error)) throw error;
        log('error', `${who} cannot be written`, { reason: reasonOf(error) });
      }
      await pause(waitMs, signal);
    } while (!signal.aborted);
  };
}
