import type { LogFn } from '@ccbot/shared/log/logger';
import type { Rich } from '../cards/view';
import { NO_THREAD, type Thread } from './model';
import { inThread } from './request';
import type { BotApi } from '../telegram/api';

/** Telegram takes one edit a second; drafts are no messages, but are sent no faster. */
const PACE_MS = 1_000;

/** A server that did not know drafts is tried again after this long, ms: servers are updated. */
const ASK_AGAIN_MS = 7 * 24 * 3_600_000;

export interface DraftDeps {
  api: Pick<BotApi, 'call'>;
  /** Remembers over restarts what was found out. */
  memory: { get(key: string): string | undefined; set(key: string, value: string): void };
  /** Masks credentials in a text that may end in the middle of a word, and makes code of what would act when tapped. */
  render(text: string): Rich;
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
  show(place: { chatId: number; thread: Thread }, id: number, text: string): void;
  stop(): void;
}

interface Chat {
  waiting?: Rich & { id: number; thread: Thread };
  /** Threads whose drafts were refused. */
  refused: Set<Thread>;
  timer?: NodeJS.Timeout;
  sending: boolean;
  /** No call before this moment; both are ms since the epoch. */
  notBefore: number;
  since: number;
}

/** Whether the server knows drafts. */
type Support = 'unknown' | 'yes' | 'no';

interface DraftsState {
  readonly deps: DraftDeps;
  readonly chats: Map<number, Chat>;
  support: Support;
  isStopped: boolean;
}

/** The first text that is shown finds out whether the server knows drafts. */
export function createDrafts(deps: DraftDeps): Drafts {
  const state: DraftsState = {
    deps,
    chats: new Map(),
    support: recordedSupport(deps),
    isStopped: false,
  };
  return {
    known: () => state.support === 'yes',
    show: (place, id, text) => show(state, place, id, text),
    stop() {
      state.isStopped = true;
      for (const chat of state.chats.values()) clearTimeout(chat.timer);
    },
  };
}

function memoryKey({ server }: DraftDeps): string {
  return `drafts ${server}`;
}

function recordedSupport(deps: DraftDeps): Support {
  const recorded = /^(yes|no) (\d+)$/.exec(deps.memory.get(memoryKey(deps)) ?? '');
  if (recorded === null) return 'unknown';
  const [, found, at] = recorded;
  if (found === 'yes') return 'yes';
  return deps.now() - Number(at) > ASK_AGAIN_MS ? 'unknown' : 'no';
}

function recordSupport(state: DraftsState, found: 'yes' | 'no'): void {
  if (state.support === found) return;
  const { deps } = state;
  state.support = found;
  deps.memory.set(memoryKey(deps), `${found} ${deps.now()}`);
  deps.log('info', found === 'yes' ? 'drafts supported by server' : 'drafts not supported by server');
}

function show(
  state: DraftsState,
  { chatId, thread }: { chatId: number; thread: Thread },
  id: number,
  text: string,
): void {
  const { deps, chats } = state;
  if (state.support === 'no' || state.isStopped || text.trim() === '') return;
  const chat = chats.get(chatId) ?? { sending: false, notBefore: 0, since: 0, refused: new Set() };
  chats.set(chatId, chat);
  if (chat.refused.has(thread)) return;
  chat.waiting = { id, thread, ...deps.render(text) };
  sendNext(state, chatId, chat);
}

/** Sends the draft that waits, now or when the pace allows it. */
function sendNext(state: DraftsState, chatId: number, chat: Chat): void {
  if (chat.waiting === undefined || chat.sending || chat.timer !== undefined || state.isStopped) return;
  const now = state.deps.now();
  if (chat.since > now) {
    // The clock was set back.
    chat.notBefore += now - chat.since;
    chat.since = now;
  }
  const waitMs = chat.notBefore - now;
  if (waitMs > 0) {
    chat.timer = setTimeout(() => {
      delete chat.timer;
      sendNext(state, chatId, chat);
    }, waitMs);
    return;
  }
  const { waiting } = chat;
  delete chat.waiting;
  chat.sending = true;
  chat.since = now;
  chat.notBefore = now + PACE_MS;
  void send(state, chatId, chat, waiting);
}

async function send(
  state: DraftsState,
  chatId: number,
  chat: Chat,
  { id, thread, text, entities }: NonNullable<Chat['waiting']>,
): Promise<void> {
  const { api, now } = state.deps;
  const draft = { chat_id: chatId, ...inThread(thread), draft_id: id, text, entities };
  const result = await api.call('sendMessageDraft', draft, { timeoutMs: 10_000 });
  chat.sending = false;
  if (result.ok) recordSupport(state, 'yes');
  else if (result.failure.kind === 'refused') {
    // A topic may be gone; that says nothing about the server.
    if (thread === NO_THREAD || result.failure.reason === 'no-method') recordSupport(state, 'no');
    else chat.refused.add(thread);
  } else if (result.failure.kind === 'not-delivered') {
    chat.since = now();
    chat.notBefore = chat.since + (result.failure.retryAfterMs ?? PACE_MS);
  }
  if (state.support === 'no') delete chat.waiting;
  sendNext(state, chatId, chat);
}
