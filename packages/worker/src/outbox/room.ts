import { reasonOf } from '@ccbot/shared/faults/fault';
import { isStoreFull } from '../store/open';
import type { OutboxDeps } from './port';
import type { Waits } from './waits';

/** Time between two tries to write to a store that is full, ms. */
const STORE_WAIT_MS = 2_000;

/**
 * Does what writes to the store, again and again while the disk is full: it goes on by itself when there is room.
 * The first try is made even at the end of the program: what was sent is to be noted.
 */
export function onceThereIsRoom(deps: Pick<OutboxDeps, 'log' | 'storeWaitMs'>, waits: Waits) {
  return async (chatId: number, work: () => Promise<void> | void): Promise<void> => {
    do {
      try {
        return await work();
      } catch (error) {
        if (!isStoreFull(error)) throw error;
        deps.log('error', 'the outbox cannot be written', { chatId, reason: reasonOf(error) });
      }
      await waits.pause(chatId, deps.storeWaitMs ?? STORE_WAIT_MS, false);
    } while (!waits.signal.aborted);
  };
}
