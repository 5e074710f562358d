import type { ApiResult } from '../telegram/api';
import { hasUpload, idsOf, newParts, type Call } from './call';
import { handleFailure } from './failure';
import { withFooter } from './footer';
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
    deps.disk.store.durable(() => newParts(call).forEach((part) => recordPart(state, shown, part, null)));
  }
  const result = await callTelegram(state, row, request, call);
  if (!result.ok) return handleFailure(state, row, shown, call, result.failure);
  state.sent++;
  if (row.tries > 0) await whenStored(state, () => deps.disk.views.tried(row, 0));
  // The call is made; only the record is missing. Nothing is sent twice because it could not be written.
  await whenStored(state, () => recordCall(state, row, shown, call, idsOf(result.value)));
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
