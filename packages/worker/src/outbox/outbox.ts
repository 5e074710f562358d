import { createHash } from 'node:crypto';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Part } from '../cards/view';
import type { Store } from '../store/open';
import type { Wish, Wishes } from '../store/wishes';
import type { ApiResult, BotApi } from '../telegram/api';
import { afterFailure, markRepeated, nextCall, type NextCall } from './decide';
import { CHAT_RATE, fullBucket, GLOBAL_RATE, spend, waitFor, type Bucket } from './pace';
import type { Wanted } from './wanted';

/** The most UTF-16 units of a message. */
const TEXT_MAX = 4_096;

/** What was posted longer ago than this, ms, is no longer edited: Telegram takes deletions for 48 hours. */
const POSTED_KEEP_MS = 7 * 24 * 3_600_000;

/** What the outbox is given. */
export interface OutboxDeps {
  store: Store;
  wishes: Wishes;
  api: BotApi;
  /** The least time between two edits of a live card, ms. */
  cardLagMs: number;
  now(): number;
  /** In [0, 1), for jitter. */
  chance(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** The one way out to the chats. */
export interface Outbox {
  /** Notes a wish; part of the running transaction, where there is one. */
  put(wanted: Wanted): void;
  /** Begins to bring about what is on disk. */
  start(): void;
  /** Ends the waiting circle on a tapped button. Not kept: after 15 seconds Telegram takes no answer. */
  answerTap(queryId: string, text?: string): void;
  /** Shows that something goes on, or a reaction on a message: not kept, a miss does no harm. */
  hint(method: 'sendChatAction' | 'setMessageReaction', payload: Record<string, unknown>): void;
  depth(): number;
  /** Calls that succeeded since the start. */
  sent(): number;
  /** Resolves with true when nothing is wanted any more, or with false at the deadline. */
  flush(deadlineMs: number): Promise<boolean>;
  /** Ends every wait; what is not brought about stays on disk. */
  stop(): Promise<void>;
}

/** Makes the outbox over what is stored; nothing is sent before `start`. */
export function createOutbox(deps: OutboxDeps): Outbox {
  const { store, wishes, api } = deps;
  const drains = new Map<number, Promise<void>>();
  /** Chats in which something was wished for while their drain ran. */
  const unseen = new Set<number>();
  const buckets = new Map<number, Bucket>();
  const lastCard = new Map<number, number>();
  const plain = new Set<string>();
  const abort = new AbortController();
  const wakers = new Map<number, () => void>();
  const idlers = new Set<() => void>();
  let everybody: Bucket = fullBucket(GLOBAL_RATE, deps.now());
  let started = false;
  let sent = 0;

  function wake(chatId: number): void {
    if (!started || abort.signal.aborted) return;
    wakers.get(chatId)?.();
    if (drains.has(chatId)) {
      unseen.add(chatId);
      return;
    }
    const work = drain(chatId)
      .catch((error: unknown) => deps.log('error', 'the outbox stopped', { chatId, reason: reasonOf(error) }))
      .finally(() => {
        drains.delete(chatId);
        // Wished for after the drain had looked for the last time, and before it was over.
        if (unseen.delete(chatId)) wake(chatId);
        if (drains.size === 0) for (const idle of idlers) idle();
      });
    drains.set(chatId, work);
  }

  async function drain(chatId: number): Promise<void> {
    while (!abort.signal.aborted) {
      const wish = wishes.next(chatId);
      if (wish === undefined) return;
      const hashes = wish.wanted.view.parts.map((p) => hashOf(p));
      const call = nextCall(wish.wanted, hashes, wishes.posted(chatId, wish.wanted.key));
      if (call.do === 'nothing') {
        wishes.settle(wish);
        continue;
      }
      const waitMs = due(chatId, wish.wanted);
      if (waitMs > 0) {
        // A newer wish may take this one's place meanwhile; it is looked up again.
        await pause(chatId, waitMs, wish.wanted.class === 'card');
        continue;
      }
      await perform(chatId, wish, call, hashes);
    }
  }

  /** How long this wish has to wait, ms. */
  function due(chatId: number, wanted: Wanted): number {
    const at = deps.now();
    const chat = buckets.get(chatId) ?? fullBucket(CHAT_RATE, at);
    const lag = wanted.class === 'card' ? (lastCard.get(chatId) ?? 0) + deps.cardLagMs - at : 0;
    return Math.max(
      0,
      wishes.pauseUntil(chatId) - at,
      waitFor(chat, CHAT_RATE, at),
      waitFor(everybody, GLOBAL_RATE, at),
      Math.min(lag, deps.cardLagMs),
    );
  }

  async function perform(
    chatId: number,
    wish: Wish,
    call: Exclude<NextCall, { do: 'nothing' }>,
    hashes: readonly string[],
  ): Promise<void> {
    const { wanted } = wish;
    const at = deps.now();
    buckets.set(chatId, spend(buckets.get(chatId) ?? fullBucket(CHAT_RATE, at), CHAT_RATE, at));
    everybody = spend(everybody, GLOBAL_RATE, at);
    if (wanted.class === 'card') lastCard.set(chatId, at);

    const hash = call.do === 'delete' ? '' : (hashes[call.part] ?? '');
    if (call.do === 'send') {
      // On disk before the call: after a crash in the middle of it nobody may think it was not made.
      wishes.post(chatId, wanted.key, { part: call.part, message: null, hash }, at);
    }
    const result = await request(wish, call);
    if (result.ok) {
      sent++;
      plain.delete(wanted.key);
      return done(chatId, wish, call, hash, (result.value as { message_id?: number }).message_id ?? null);
    }
    const { failure } = result;
    const after = afterFailure(call.do, failure, {
      tries: wish.tries,
      plain: plain.has(wanted.key),
      chance: deps.chance(),
    });
    // A call that certainly was not executed leaves no doubt behind.
    if (call.do === 'send' && failure.kind !== 'unknown') wishes.unpost(chatId, wanted.key, call.part);
    if (after.do !== 'accept') {
      deps.log('warn', 'a call to Telegram failed', {
        key: wanted.key,
        call: call.do,
        reason: failure.text,
        then: after.do,
      });
    }
    switch (after.do) {
      case 'accept':
        return done(chatId, wish, call, hash, call.do === 'edit' ? call.message : null);
      case 'forget':
        if (call.do === 'edit') wishes.unpost(chatId, wanted.key, call.part);
        return;
      case 'plain':
        plain.add(wanted.key);
        return;
      case 'drop':
        plain.delete(wanted.key);
        deps.log('error', 'Telegram refuses a message; it is dropped', {
          key: wanted.key,
          reason: failure.text,
        });
        wishes.settle(wish);
        return;
      case 'wait':
        wishes.tried(wish);
        if (after.rebuild) api.rebuild();
        if (after.chat) wishes.pause(chatId, deps.now() + after.waitMs);
        await pause(chatId, after.waitMs, false);
    }
  }

  function done(
    chatId: number,
    wish: Wish,
    call: Exclude<NextCall, { do: 'nothing' }>,
    hash: string,
    message: number | null,
  ): void {
    const { key } = wish.wanted;
    store.tx(() => {
      if (call.do === 'delete') for (const part of call.parts) wishes.unpost(chatId, key, part);
      else wishes.post(chatId, key, { part: call.part, message, hash }, deps.now());
      const hashes = wish.wanted.view.parts.map((p) => hashOf(p));
      if (nextCall(wish.wanted, hashes, wishes.posted(chatId, key)).do === 'nothing') wishes.settle(wish);
    });
  }

  async function request(
    wish: Wish,
    call: Exclude<NextCall, { do: 'nothing' }>,
  ): Promise<ApiResult<unknown>> {
    const { wanted } = wish;
    const chat_id = wanted.chatId;
    if (call.do === 'delete') {
      const [first] = call.messages;
      if (first === undefined) return { ok: true, value: {} };
      if (call.messages.length === 1) return api.call('deleteMessage', { chat_id, message_id: first });
      return api.call('deleteMessages', { chat_id, message_ids: call.messages.slice(0, 100) });
    }
    const wantedPart = wanted.view.parts[call.part] as Part;
    const part = call.do === 'send' && call.marked ? markRepeated(wantedPart, TEXT_MAX) : wantedPart;
    const body = {
      chat_id,
      text: part.text,
      ...(plain.has(wanted.key) ? {} : { entities: part.entities }),
      link_preview_options: { is_disabled: true },
      ...(part.buttons === undefined || part.buttons.length === 0
        ? {}
        : {
            reply_markup: {
              inline_keyboard: part.buttons.map((row) =>
                row.map((b) => ({ text: b.text, callback_data: b.data })),
              ),
            },
          }),
    };
    if (call.do === 'edit') return api.call('editMessageText', { ...body, message_id: call.message });
    return api.call('sendMessage', {
      ...body,
      ...(wanted.silent === true ? { disable_notification: true } : {}),
      ...(wanted.replyTo === undefined || call.part > 0
        ? {}
        : { reply_parameters: { message_id: wanted.replyTo, allow_sending_without_reply: true } }),
    });
  }

  /** Waits; a new wish in the chat ends the wait of a card, so that what is more urgent goes first. */
  function pause(chatId: number, ms: number, interruptible: boolean): Promise<void> {
    return new Promise((resolve) => {
      const over = (): void => {
        clearTimeout(timer);
        wakers.delete(chatId);
        abort.signal.removeEventListener('abort', over);
        resolve();
      };
      const timer = setTimeout(over, ms);
      if (interruptible) wakers.set(chatId, over);
      abort.signal.addEventListener('abort', over, { once: true });
      if (abort.signal.aborted) over();
    });
  }

  const soft = (method: string, payload: Record<string, unknown>): void => {
    void api.call(method, payload, { timeoutMs: 10_000 }).then((result) => {
      if (!result.ok) deps.log('info', 'a hint was not taken', { method, reason: result.failure.text });
    });
  };

  return {
    put(wanted) {
      wishes.put(wanted);
      store.afterCommit(() => wake(wanted.chatId));
    },
    start() {
      started = true;
      wishes.prune(deps.now() - POSTED_KEEP_MS);
      for (const chatId of wishes.chats()) wake(chatId);
    },
    answerTap(queryId, text) {
      soft('answerCallbackQuery', {
        callback_query_id: queryId,
        ...(text === undefined ? {} : { text: [...text].slice(0, 190).join('') }),
      });
    },
    hint: soft,
    depth: () => wishes.depth(),
    sent: () => sent,
    async flush(deadlineMs) {
      if (drains.size === 0) return wishes.depth() === 0;
      let timer: NodeJS.Timeout | undefined;
      let idle: (() => void) | undefined;
      await new Promise<void>((resolve) => {
        timer = setTimeout(resolve, deadlineMs);
        idlers.add((idle = resolve));
      });
      clearTimeout(timer);
      if (idle !== undefined) idlers.delete(idle);
      return wishes.depth() === 0;
    },
    async stop() {
      abort.abort();
      await Promise.all(drains.values());
    },
  };
}

function hashOf(part: Part): string {
  return createHash('sha256')
    .update(JSON.stringify([part.text, part.entities, part.buttons ?? []]))
    .digest('base64');
}
