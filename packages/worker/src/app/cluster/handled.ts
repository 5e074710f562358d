import type { Cluster } from '../../cluster/cluster';
import type { Awaits } from '../../cluster/model';
import { parseUpdate } from '../../inbox/parse';
import type { Updates } from '../../inbox/store';

/** The most updates that are remembered until they are handled. */
const OPEN_MAX = 10_000;

/**
 * The same inbox, which tells the poller what was handled. `awaits`: whether a command waits for the chat's next text; it
 * is asked once the rooms are built.
 */
export function notingHandled(
  updates: Updates,
  cluster: Cluster,
  awaits: (chatId: number) => Awaits,
): Updates {
  const chats = new Map<number, number>();

  function settled(ids: readonly number[]): void {
    for (const id of ids) {
      const chatId = chats.get(id);
      chats.delete(id);
      if (chatId !== undefined) cluster.handled(chatId, id, awaits(chatId));
    }
  }

  return {
    ...updates,
    add(batch, at) {
      const fresh = updates.add(batch, at);
      for (const raw of fresh === 0 ? [] : batch) {
        const { chatId } = parseUpdate(raw, at);
        if (chatId !== undefined && chats.size < OPEN_MAX) chats.set(raw.update_id, chatId);
      }
      return fresh;
    },
    done(ids, at) {
      updates.done(ids, at);
      settled(ids);
    },
    failed(ids, error, forGood, at) {
      updates.failed(ids, error, forGood, at);
      if (forGood) settled(ids);
    },
  };
}
