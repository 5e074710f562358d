import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Log } from '@ccbot/shared/log/logger';
import { redact } from '@ccbot/shared/log/redact';
import { ask } from '../net/ask';
import { noticeText, type Notice } from './words';

/** Where notices go. */
export interface NoticeTarget {
  apiRoot: string;
  token: string;
  /** A private chat has its user's id. */
  chats: readonly number[];
  host: string;
  proxyUrl: string;
}

/** Tells the person in the chat, without the worker: sending is not exclusive as polling is. */
export interface NoticeSender {
  send(notice: Notice, target: NoticeTarget): void;
  /** Gives up what is not sent. */
  close(): void;
}

const TIMEOUT_MS = 10_000;

/** Time between two tries and how often it is tried, half an hour in all: later the news is old. */
const RETRY_MS = 30_000;
const TRIES = 60;

/** Sends one notice at a time; the newest replaces one that could not be sent yet. */
export function createNoticeSender(log: Log, retryMs = RETRY_MS): NoticeSender {
  let pending: { notice: Notice; target: NoticeTarget; left: number; chats: readonly number[] } | null = null;
  let timer: NodeJS.Timeout | undefined;
  let sending = false;

  async function work(): Promise<void> {
    if (sending || pending === null) return;
    sending = true;
    const job = pending;
    const missed: number[] = [];
    for (const chat of job.chats) {
      const done = await deliver(job.target, chat, noticeText(job.notice, job.target.host));
      if (done !== null) {
        missed.push(chat);
        log('warn', 'a notice could not be sent', { kind: job.notice.kind, reason: done });
      }
    }
    sending = false;
    if (pending !== job) return void work(); // a newer one came meanwhile
    if (missed.length === 0 || job.left <= 1) {
      pending = null;
      return;
    }
    pending = { ...job, chats: missed, left: job.left - 1 };
    timer = setTimeout(() => void work(), retryMs);
  }

  return {
    send(notice, target) {
      clearTimeout(timer);
      // That all is well again is no news to somebody who never heard otherwise.
      const unheard = pending !== null && pending.chats.length === target.chats.length && !sending;
      pending =
        notice.kind === 'well' && unheard ? null : { notice, target, left: TRIES, chats: target.chats };
      void work();
    },
    close() {
      pending = null;
      clearTimeout(timer);
    },
  };
}

/** Null when it arrived or never will; otherwise why not yet. */
async function deliver(target: NoticeTarget, chat: number, text: string): Promise<string | null> {
  const url = `${target.apiRoot}/bot${target.token}/sendMessage`;
  try {
    const { status } = await ask({
      url,
      method: 'POST',
      body: { chat_id: chat, text },
      timeoutMs: TIMEOUT_MS,
      proxyUrl: target.proxyUrl,
    });
    // 401, 403, 400: the token is wrong, the person never wrote to the bot or blocked it. Trying again is no use.
    return status === 429 || status >= 500 ? `HTTP ${status}` : null;
  } catch (error) {
    return redact(reasonOf(error), [target.token]);
  }
}
