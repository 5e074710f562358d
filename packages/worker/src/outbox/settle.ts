import { keptIn } from './accept';
import type { Call } from './call';
import { nextCall } from './decide';
import { postedExtras } from './footer';
import type { ShownView } from './forms';
import { listenerKey, type OutboxState } from './state';
import type { QueuedRow } from './store';

/** Records a call that succeeded, with the ids of the messages it shows, and settles the view when it was the last one. */
export function recordCall(
  state: OutboxState,
  row: QueuedRow,
  shown: ShownView,
  call: Call,
  ids: readonly (number | null)[],
): void {
  const { store, views } = state.deps.disk;
  const { chatId, key } = row.queued;
  store.tx(() => {
    if (call.do === 'delete') {
      for (const part of call.parts) views.unpost(chatId, key, part);
    } else {
      const parts = call.do === 'album' ? call.parts : [call.part];
      parts.forEach((part, i) => recordPart(state, shown, part, ids[i] ?? null, call));
    }
    const next = nextCall(shown.queued, shown.faces, views.posted(chatId, key));
    if (next.do === 'nothing') settle(state, row);
  });
  for (const listener of [...state.recorded]) listener();
}

/** Records that a part is being sent (`message` null) or, by `call`, is shown. */
export function recordPart(
  { deps }: OutboxState,
  shown: ShownView,
  part: number,
  message: number | null,
  call?: Call,
): void {
  const { chatId, key } = shown.queued;
  const face = shown.faces[part] ?? { hash: '', file: '' };
  const extras = call === undefined ? undefined : postedExtras(shown.queued, part, call, shown.rows ?? []);
  deps.disk.views.post(chatId, key, { part, message, ...face }, deps.clock.now(), extras);
}

/** Takes a view out of the queue; `dropped`: why nothing is shown. Does nothing when a newer view has its place. */
export function settle(
  { deps, files, forms, listeners }: OutboxState,
  row: QueuedRow,
  dropped?: string,
): void {
  if (!deps.disk.views.settle(row)) return;
  const { queued } = row;
  const missing = forms.missing(queued);
  const filesShown = deps.disk.views
    .posted(queued.chatId, queued.key)
    .filter(({ file }) => file !== '').length;
  forms.forget(queued);
  deps.disk.store.afterCommit(() => {
    files.drop(keptIn(queued));
    const name = listenerKey(queued.chatId, queued.key);
    const listener = listeners.get(name);
    listeners.delete(name);
    listener?.({
      shown: dropped === undefined,
      ...(dropped === undefined ? {} : { why: dropped }),
      files: filesShown,
      missing,
    });
  });
}
