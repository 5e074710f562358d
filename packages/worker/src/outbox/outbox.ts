import { keptIn } from './accept';
import { wake } from './drain';
import { enqueue } from './enqueue';
import { flush } from './flush';
import { createHints } from './hints';
import type { Placing, Thread } from './model';
import { chosen, standingThread } from './place';
import type { Outbox, OutboxDeps } from './port';
import { keepPruning } from './pruning';
import { inThread } from './request';
import { standingOf } from './standing';
import { createOutboxState, hold, listenerKey, type OutboxState } from './state';

export type { Outbox, OutboxDeps } from './port';

/** The most characters of the text over the chat that answers a tap (Bot API: 200). */
const TAP_TEXT_MAX = 190;

/** The outbox over what is stored; nothing is sent before `start`. */
export function createOutbox(deps: OutboxDeps): Outbox {
  const state = createOutboxState(deps);
  const { views } = deps.disk;
  const hint = createHints({
    call: (method, payload, options) => deps.api.call(method, payload, options),
    onMissed: (method, reason) => deps.log('info', 'hint missed', { method, reason }),
  });
  return {
    put: (queued) => enqueue(state, queued),
    remove: (chatId, key, kind = 'card') =>
      // An empty view has no messages that could stand anywhere.
      enqueue(state, { chatId, thread: 'chat', key, view: { parts: [] }, class: kind }),
    keep: (from, onBytes) => state.files.keep(from, onBytes),
    fileMax: () => deps.policy.uploads.max(),
    keepAgain: (kept) => state.files.again(kept),
    discard: (kept) => state.files.drop(kept),
    onSettled(chatId, key, listener) {
      state.listeners.set(listenerKey(chatId, key), listener);
    },
    start: () => start(state),
    footerChanged: (chatId) => deps.disk.store.afterCommit(() => wake(state, chatId)),
    hold: (chat, ms) => hold(state, chat, ms),
    has: (chatId, key) => views.waits(chatId, key) || views.posted(chatId, key).length > 0,
    messageOf: (chatId, message) => views.messageOf(chatId, message),
    newestMessages: (most) => views.newestMessages(most),
    standingOf: (chatId, message) => standingOf(state, chatId, message),
    heard(chatId, thread) {
      views.regain(chatId, thread);
      if (views.unblock(chatId)) wake(state, chatId);
    },
    threadOf: (chatId, placing) => threadOf(state, chatId, placing),
    act({ chatId, action, ...placing }) {
      const payload = { chat_id: chatId, action, ...inThread(threadOf(state, chatId, placing)) };
      hint('sendChatAction', payload);
    },
    answerTap(queryId, toast) {
      const answer = toast === undefined ? {} : { text: [...toast.text].slice(0, TAP_TEXT_MAX).join('') };
      hint('answerCallbackQuery', { callback_query_id: queryId, ...answer });
    },
    removeButtons(chatId, message) {
      const payload = { chat_id: chatId, message_id: message, reply_markup: { inline_keyboard: [] } };
      hint('editMessageReplyMarkup', payload);
    },
    hint,
    depth: () => views.depth(),
    sent: () => state.sent,
    flush: (deadlineMs) => flush(state, deadlineMs),
    async stop() {
      state.waits.end();
      await Promise.all([...state.drains.values(), ...state.urgent.values()]);
    },
  };
}

function threadOf({ deps }: OutboxState, chatId: number, placing: Placing): Thread {
  return standingThread(deps.disk.views, chatId, chosen(chatId, placing, deps.policy.threads));
}

/** Deletes what is no longer needed, and drains every chat that has something queued. */
function start(state: OutboxState): void {
  const { views } = state.deps.disk;
  state.started = true;
  void keepPruning(state.deps, state.waits.signal);
  state.files.sweep(views.all().flatMap(keptIn));
  for (const chatId of views.chats()) wake(state, chatId);
}
