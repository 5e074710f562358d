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
  const open = new Map<number, { chatId: number; isWritten: boolean }>();

  function settled(ids: readonly number[]): void {
    for (const id of ids) {
      const update = open.get(id);
      open.delete(id);
      if (update === undefined) continue;
      const { chatId, isWritten } = update;
      cluster.handled(chatId, { update: id, isWritten }, awaits(chatId));
    }
  }

  return {
    ...updates,
    add(batch, at) {
      const fresh = updates.add(batch, at);
      for (const raw of fresh === 0 ? [] : batch) {
        const { chatId, kind } = parseUpdate(raw, at);
        if (chatId !== undefined && open.size < OPEN_MAX)
          open.set(raw.update_id, { chatId, isWritten: kind !== 'tap' });
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
