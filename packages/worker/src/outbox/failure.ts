import type { SendFailure } from '../telegram/api';
import { hasUpload, nameOf, newParts, type AnsweredMessage, type Call } from './call';
import { afterFailure, type AfterFailure } from './decide';
import type { ShownView, Simplified } from './forms';
import type { QueuedView } from './model';
import { loseThread } from './lost-thread';
import { NO_THREAD } from './model';
import { recordCall, settle } from './settle';
import { heldUp, whenStored, type OutboxState } from './state';
import type { QueuedRow } from './store';

/** After so many uploads of a file without an answer, while Telegram could be reached, words take its place. */
const UPLOAD_TRIES = 5;

/** Decides what follows a failed call, and does it. */
export async function handleFailure(
  state: OutboxState,
  row: QueuedRow,
  shown: ShownView,
  call: Call,
  failure: SendFailure,
): Promise<void> {
  const { deps, forms } = state;
  const { queued } = row;
  const part = partOf(call);
  const simplified: Simplified = shown.rich ? 'rich' : (part ?? 'album');
  if (shown.rich && failure.kind === 'refused' && failure.reason === 'no-method') deps.policy.rich?.refused();
  if (failure.kind === 'refused' && failure.reason === 'too-large') noteTooLarge(state, queued, call);
  const after = afterFailure(call.do, failure, {
    tries: row.tries,
    simpler: forms.hasSimpler(queued, simplified),
    inThread: shown.queued.thread !== NO_THREAD,
    kind: queued.class,
    chance: deps.clock.chance(),
    firstWaitMs: deps.policy.firstWaitMs,
  });
  // A call that was certainly not executed leaves no doubt behind, except that of an earlier one.
  const isRepetition = (call.do === 'send' || call.do === 'album') && call.marked;
  if (failure.kind !== 'unknown' && !isRepetition) {
    await whenStored(state, () => {
      for (const i of newParts(call)) deps.disk.views.unpost(queued.chatId, queued.key, i);
    });
  }
  const meta = { key: queued.key, call: call.do, reason: failure.text, then: after.do };
  if (after.do !== 'accept') deps.log('warn', 'telegram call failed', meta);
  switch (after.do) {
    case 'accept':
      return recordCall(state, row, shown, call, edited(call));
    case 'forget':
      if (call.do === 'edit') deps.disk.views.unpost(queued.chatId, queued.key, call.part);
      return;
    case 'leave-thread':
      return whenStored(state, () =>
        deps.disk.store.tx(() => loseThread(state, queued.chatId, shown.queued.thread)),
      );
    case 'simpler':
      return forms.simpler(queued, simplified, failure.text);
    case 'words':
      return wordsForFile(state, queued, part, failure.text);
    case 'drop':
      deps.log('error', 'message dropped: telegram refuses it', meta);
      return settle(state, row, failure.text);
    case 'wait':
      return wait(state, row, call, failure, after);
  }
}

function edited(call: Call): AnsweredMessage[] {
  return call.do === 'edit' ? [{ id: call.message, thread: undefined }] : [];
}

/** The part that a call is about; null: several. */
function partOf(call: Call): number | null {
  return call.do === 'send' || call.do === 'edit' ? call.part : null;
}

/** The server took no file of this size. */
function noteTooLarge({ deps }: OutboxState, { view }: QueuedView, call: Call): void {
  for (const part of newParts(call)) {
    const content = view.parts[part]?.file?.content;
    if (content !== undefined && 'kept' in content) deps.policy.uploads.refused(content.kept.size);
  }
}

/** The file of a part is gone: words take its place. Which file of an album is gone shows when they are sent one by one. */
function wordsForFile(
  { deps, forms }: OutboxState,
  queued: QueuedView,
  part: number | null,
  why: string,
): void {
  if (part === null) forms.simpler(queued, 'album', why);
  else forms.words(queued, part, deps.policy.wordsOf(queued.chatId).outbox.fileGone(nameOf(queued, part)));
}

async function wait(
  state: OutboxState,
  row: QueuedRow,
  call: Call,
  failure: SendFailure,
  { rebuild, waitMs, chat }: Extract<AfterFailure, { do: 'wait' }>,
): Promise<void> {
  const { deps, waits } = state;
  const { chatId } = row.queued;
  if (rebuild) deps.api.rebuild();
  await whenStored(state, () => {
    deps.disk.views.tried(row, row.tries + 1);
    if (!chat) return;
    if (failure.kind === 'refused') deps.disk.views.pause(chatId, deps.clock.now(), waitMs, true);
    else heldUp(state, chatId, waitMs);
  });
  await waits.pause(chatId, waitMs, chat);
  const part = partOf(call);
  if (isDoubtful(failure) && part !== null && hasUpload(call, row.queued)) {
    await doubtUpload(state, row.queued, part);
  }
}

/** Whether Telegram did not answer. A 429 is an answer, and says when to try again. */
function isDoubtful(failure: SendFailure): boolean {
  return (
    failure.kind === 'unknown' || (failure.kind === 'not-delivered' && failure.retryAfterMs === undefined)
  );
}

/** An upload that fails again and again although Telegram can be reached will not succeed. */
async function doubtUpload({ deps, forms }: OutboxState, queued: QueuedView, part: number): Promise<void> {
  const reach = await deps.api.call('getMe', {}, { timeoutMs: 10_000 });
  if (!reach.ok) return;
  if (forms.doubt(queued, part) < UPLOAD_TRIES) return;
  forms.words(queued, part, deps.policy.wordsOf(queued.chatId).outbox.fileStuck(nameOf(queued, part)));
}
