import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import { redact } from '@ccbot/shared/log/redact';
import { callBotApi } from '../net/bot-api';
import { messageOf } from './message';
import { noticeText, type Notice } from './words';

export interface NoticeTarget {
  apiRoot: string;
  token: string;
  /** Private chats, whose ids are those of their users. */
  chats: readonly number[];
  host: string;
  proxyUrl: string;
}

/** Sends notices to the chat without the worker. Unlike polling, sending needs no lock. */
export interface NoticeSender {
  send(notice: Notice, target: NoticeTarget): void;
  /** Drops what is not sent yet. */
  close(): void;
}

/** Long enough for two dead addresses of a host. */
const TIMEOUT_MS = 15_000;

/** The time between two tries, ms. With 60 tries we give up after half an hour, when the notice would be outdated. */
const RETRY_MS = 30_000;
const TRIES = 60;

/** Sends one notice at a time. A new one replaces one that could not be sent yet. */
export function createNoticeSender(log: LogFn, retryMs = RETRY_MS): NoticeSender {
  let pending: { notice: Notice; target: NoticeTarget; left: number; chats: readonly number[] } | null = null;
  let timer: NodeJS.Timeout | undefined;
  let sending = false;

  async function work(): Promise<void> {
    if (sending || pending === null) return;
    sending = true;
    const job = pending;
    const missed: number[] = [];
    for (const chat of job.chats) {
      const reason = await deliver(job.target, chat, noticeText(job.notice, job.target.host));
      if (reason !== null) {
        missed.push(chat);
        log('warn', 'notice not sent', { kind: job.notice.kind, reason });
      }
    }
    sending = false;
    if (pending !== job) return void work(); // a newer notice has arrived
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
      // A chat that never got the bad news needs no recovery notice.
      const unheard = pending !== null && pending.chats.length === target.chats.length && !sending;
      pending =
        notice.kind === 'recovered' && unheard ? null : { notice, target, left: TRIES, chats: target.chats };
      void work();
    },
    close() {
      pending = null;
      clearTimeout(timer);
    },
  };
}

/** Null if it arrived or never can, otherwise the reason to try again. */
async function deliver(target: NoticeTarget, chat: number, text: string): Promise<string | null> {
  const url = `${target.apiRoot}/bot${target.token}/sendMessage`;
  try {
    const { trouble } = await callBotApi(
      url,
      { chat_id: chat, ...messageOf(text) },
      target.proxyUrl,
      TIMEOUT_MS,
    );
    // 401, 403, 400: the token is wrong, or the user never wrote to the bot or has blocked it. Another try cannot help.
    return trouble === null || trouble.code === 'TOKEN_REFUSED' ? null : `${trouble.code}: ${trouble.reason}`;
  } catch (error) {
    return redact(reasonOf(error), [target.token]);
  }
}
