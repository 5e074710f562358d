import type { ApiResult } from '../telegram/api';
import { hasUpload, messagesIn, newParts, type Call } from './call';
import { handleFailure } from './failure';
import { withFooter } from './footer';
import { loseThread } from './lost-thread';
import type { ShownView } from './forms';
import { paceOf } from './meter';
import { requestOf, type ApiCall } from './request';
import { recordCall, recordPart } from './settle';
import { whenStored, type OutboxState } from './state';
import type { QueuedRow } from './store';

/** Makes one call, and records what came of it. */
export async function perform(
  state: OutboxState,
  row: QueuedRow,
  view: ShownView,
  call: Call,
): Promise<void> {
  const { deps, files, footer, meter } = state;
  const { queued } = row;
  const silent = queued.silent ?? deps.policy.quiet?.(queued) === true;
  const shown = { ...view, rows: footer.under(queued.chatId, call, view.parts.length) };
  const parts = withFooter(shown.parts, call, shown.rows);
  const request = requestOf({ ...shown.queued, silent }, parts, call, {
    pathOf: (kept) => files.pathOf(kept),
    repeatMark: deps.policy.wordsOf(queued.chatId).outbox.repeated,
  });
  meter.count(queued.chatId, request.messages, paceOf(queued, call.do), deps.clock.now());
  // On disk before the call: after a crash during it the next run must know that it may have been made.
  if (newParts(call).length > 0) {
    deps.disk.store.durable(() => newParts(call).forEach((part) => recordPart(state, shown, part)));
  }
  const result = await callTelegram(state, row, request, call);
  if (!result.ok) return handleFailure(state, row, shown, call, result.failure);
  state.sent++;
  if (row.tries > 0) await whenStored(state, () => deps.disk.views.tried(row, 0));
  // The call is made; only the record is missing. Nothing is sent twice because it could not be written.
  const messages = messagesIn(result.value);
  await whenStored(state, () =>
    deps.disk.store.tx(() => {
      // Telegram has sent to the chat itself, without an error, what named a deleted topic.
      const { chatId, thread } = shown.queued;
      const strayed =
        newParts(call).length > 0 && messages.some((m) => m.thread !== undefined && m.thread !== thread);
      if (strayed) loseThread(state, chatId, thread);
      recordCall(state, row, shown, call, messages);
    }),
  );
}

async function callTelegram(
  state: OutboxState,
  row: QueuedRow,
  request: ApiCall,
  call: Call,
): Promise<ApiResult<unknown>> {
  const { deps, calling, waits } = state;
  const { chatId } = row.queued;
  if (call.do === 'delete' && call.messages.length === 0) return { ok: true, value: {} };
  const uploads = hasUpload(call, row.queued);
  deps.onCall?.(row.queued);
  const isPassed = uploads || row.queued.class === 'card';
  if (isPassed) calling.set(chatId, row);
  try {
    return await deps.api.call(request.method, request.payload, {
      timeoutMs: request.timeoutMs,
      // An upload may take minutes; the end of the program does not wait for it.
      ...(uploads ? { signal: waits.signal } : {}),
    });
  } finally {
    if (isPassed) calling.delete(chatId);
  }
}
