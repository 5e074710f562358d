import { keptIn } from './accept';
import type { AnsweredMessage, Call } from './call';
import { nextCall } from './decide';
import { postedExtras } from './footer';
import type { ShownView } from './forms';
import { listenerKey, type OutboxState } from './state';
import type { QueuedRow } from './store';

/** Records a call that succeeded, with the messages it shows, and settles the view when it was the last one. */
export function recordCall(
  state: OutboxState,
  row: QueuedRow,
  shown: ShownView,
  call: Call,
  messages: readonly AnsweredMessage[],
): void {
  const { store, views } = state.deps.disk;
  const { chatId, key } = row.queued;
  store.tx(() => {
    if (call.do === 'delete') {
      for (const part of call.parts) views.unpost(chatId, key, part);
    } else {
      const parts = call.do === 'album' ? call.parts : [call.part];
      parts.forEach((part, i) => recordPart(state, shown, part, messages[i], call));
    }
    const next = nextCall(shown.queued, shown.faces, views.posted(chatId, key));
    if (next.do === 'nothing') settle(state, row);
  });
  for (const listener of [...state.recorded]) listener();
}

/** Records that a part is being sent (without `message`) or, by `call`, is shown. */
export function recordPart(
  { deps }: OutboxState,
  shown: ShownView,
  part: number,
  message?: AnsweredMessage,
  call?: Call,
): void {
  const { chatId, key } = shown.queued;
  const { views } = deps.disk;
  const before = call?.do === 'edit' ? views.posted(chatId, key).find((p) => p.part === part) : undefined;
  const thread = before?.thread ?? message?.thread ?? shown.queued.thread;
  const face = shown.faces[part] ?? { hash: '', file: '' };
  const extras = call === undefined ? undefined : postedExtras(shown.queued, part, call, shown.rows ?? []);
  views.post(chatId, key, { part, message: message?.id ?? null, thread, ...face }, deps.clock.now(), extras);
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
