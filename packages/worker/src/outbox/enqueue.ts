import { accepted, keptIn } from './accept';
import { wake } from './drain';
import type { NewView } from './model';
import { placed } from './place';
import type { OutboxState } from './state';

/** Decides where a view stands, masks it, copies its files and stores it, as part of the running transaction if there is one. */
export function enqueue(state: OutboxState, view: NewView): void {
  const { deps, files } = state;
  const queued = placed(view, deps.policy.threads);
  const words = deps.policy.wordsOf(queued.chatId).outbox;
  const stored = accepted(
    deps.policy.redact?.(queued) ?? queued,
    { files, max: deps.policy.uploads.max() },
    words,
  );
  const before = deps.disk.views.put(stored);
  const needed = new Set(keptIn(stored).map(({ id }) => id));
  deps.disk.store.afterCommit(() => {
    if (before !== undefined) files.drop(keptIn(before).filter(({ id }) => !needed.has(id)));
    wake(state, queued.chatId);
  });
}
