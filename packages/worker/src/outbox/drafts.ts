import type { LogFn } from '@ccbot/shared/log/logger';
import type { BotApi } from '../telegram/api';

/** Telegram takes one edit a second; drafts are no messages, but are sent no faster. */
const PACE_MS = 1_000;

/** A server that did not know drafts is tried again after this long, ms: servers are updated. */
const ASK_AGAIN_MS = 7 * 24 * 3_600_000;

export interface DraftDeps {
  api: Pick<BotApi, 'call'>;
  /** Remembers over restarts what was found out. */
  memory: { get(key: string): string | undefined; set(key: string, value: string): void };
  /** Masks credentials in a text that may end in the middle of a word. */
  redact(text: string): string;
  /** What was found out applies to this server only. */
  server: string;
  now(): number;
  log: LogFn;
}

/** Shows the text that an agent is writing as a draft. Not stored: the whole text follows as a message. */
export interface Drafts {
  /** Whether the server shows drafts; false until that is known. */
  known(): boolean;
  /** Shows `text` in a chat; `id` tells one draft from the next. A missed one does no harm. */
  show(chatId: number, id: number, text: string): void;
  stop(): void;
}

interface Chat {
  waiting?: { id: number; text: string };
  timer?: NodeJS.Timeout;
  sending: boolean;
  /** No call before this moment; both are ms since the epoch. */
  notBefore: number;
  since: number;
}

/** The first text that is shown finds out whether the server knows drafts. */
export function createDrafts(deps: DraftDeps): Drafts {
  const key = `drafts ${deps.server}`;
  const chats = new Map<number, Chat>();
  const kept = /^(yes|no) (\d+)$/.exec(deps.memory.get(key) ?? '');
  let state: 'unknown' | 'yes' | 'no' = kept === null ? 'unknown' : (kept[1] as 'yes' | 'no');
  if (state === 'no' && deps.now() - Number(kept?.[2]) > ASK_AGAIN_MS) state = 'unknown';
  let stopped = false;

  function remember(found: 'yes' | 'no'): void {
    if (state === found) return;
    state = found;
    deps.memory.set(key, `${found} ${deps.now()}`);
    deps.log('info', found === 'yes' ? 'drafts supported by server' : 'drafts not supported by server');
  }

  function next(chatId: number, chat: Chat): void {
    if (chat.waiting === undefined || chat.sending || chat.timer !== undefined || stopped) return;
    const now = deps.now();
    if (chat.since > now) {
      // The clock was set back.
      chat.notBefore += now - chat.since;
      chat.since = now;
    }
    const waitMs = chat.notBefore - now;
    if (waitMs > 0) {
      chat.timer = setTimeout(() => {
        delete chat.timer;
        next(chatId, chat);
      }, waitMs);
      return;
    }
    const { id, text } = chat.waiting;
    delete chat.waiting;
    chat.sending = true;
    chat.since = now;
    chat.notBefore = now + PACE_MS;
    void deps.api
      .call('sendMessageDraft', { chat_id: chatId, draft_id: id, text }, { timeoutMs: 10_000 })
      .then((result) => {
        chat.sending = false;
        if (result.ok) remember('yes');
        else if (result.failure.kind === 'refused') remember('no');
        else if (result.failure.kind === 'not-delivered') {
          chat.since = deps.now();
          chat.notBefore = chat.since + (result.failure.retryAfterMs ?? PACE_MS);
        }
        if (state === 'no') delete chat.waiting;
        next(chatId, chat);
      });
  }

  return {
    known: () => state === 'yes',
    show(chatId, id, text) {
      if (state === 'no' || stopped || text.trim() === '') return;
      const chat = chats.get(chatId) ?? { sending: false, notBefore: 0, since: 0 };
      chats.set(chatId, chat);
      chat.waiting = { id, text: deps.redact(text) };
      next(chatId, chat);
    },
    stop() {
      stopped = true;
      for (const chat of chats.values()) clearTimeout(chat.timer);
    },
  };
}
