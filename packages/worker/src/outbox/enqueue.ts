import { accepted, keptIn } from './accept';
import { wake } from './drain';
import type { QueuedView } from './model';
import type { OutboxState } from './state';

/** Masks a view, copies its files and stores it, as part of the running transaction if there is one. */
export function enqueue(state: OutboxState, queued: QueuedView): void {
  const { deps, files } = state;
  const words = deps.policy.wordsOf(queued.chatId).outbox;
  const stored = accepted(deps.policy.redact?.(queued) ?? queued, files, words);
  const before = deps.disk.views.put(stored);
  const needed = new Set(keptIn(stored).map(({ id }) => id));
  deps.disk.store.afterCommit(() => {
    if (before !== undefined) files.drop(keptIn(before).filter(({ id }) => !needed.has(id)));
    wake(state, queued.chatId);
  });
}
