import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import { afterCommit, type EffectTable } from '../../sessions/handlers/model';
import type { Settings } from '../../store/settings';
import type { BotApi } from '../../telegram/api';
import type { ActiveSession } from '../active-session';
import type { People } from '../people';
import { agentEntries, type AgentEntry } from './entries';
import type { MenuSource } from './source';

/** Time before a call that did not arrive is repeated, ms, where Telegram names none. */
const RETRY_MS = 60_000;

/**
 * Time after which a menu that may have changed is looked at, ms. Every message stirs it, and finding an agent's commands
 * reads its folders, which would delay the message on its way to the agent.
 */
const LOOK_MS = 500;

export interface AgentMenuDeps {
  api: BotApi;
  settings: Settings;
  source: MenuSource;
  active: ActiveSession;
  people: People;
  log: LogFn;
}

/** Telegram's menu of each chat: ccbot's commands, then those of the agent that the chat writes to. */
export interface AgentMenu {
  /** The commands of the chat's active agent. */
  entries(chatId: number): Promise<readonly AgentEntry[]>;
  /** Sets every chat's menu, now and whenever it may have changed; only a menu that differs is sent. */
  start(): void;
  /** A chat's menu may have changed. */
  stir(chatId: number): void;
  /** Resolves when everything is sent, or failed. */
  idle(): Promise<void>;
  stop(): void;
  readonly effects: EffectTable;
}

interface AgentMenuState extends AgentMenuDeps {
  /** Chats whose menu may have changed. */
  waiting: Set<number>;
  work: Promise<void> | undefined;
  retry: NodeJS.Timeout | undefined;
  /** Until the waiting chats are looked at. */
  look: NodeJS.Timeout | undefined;
  isStarted: boolean;
}

/**
 * The menu of each chat is remembered over restarts. A chat in English whose agent has no commands has the menu that
 * all chats have.
 */
export function createAgentMenu(deps: AgentMenuDeps): AgentMenu {
  const state: AgentMenuState = {
    ...deps,
    waiting: new Set(),
    work: undefined,
    retry: undefined,
    look: undefined,
    isStarted: false,
  };
  return {
    entries: (chatId) => entriesOf(state, chatId),
    start() {
      state.isStarted = true;
      for (const chatId of deps.people.chats) stir(state, chatId);
    },
    stir: (chatId) => stir(state, chatId),
    async idle() {
      if (state.look !== undefined) lookNow(state);
      await state.work;
    },
    stop() {
      state.isStarted = false;
      clearTimeout(state.retry);
      clearTimeout(state.look);
      state.look = undefined;
    },
    effects: {
      // The agent may have gained a command; or it is gone, with its commands.
      watch: afterCommit(({ id }, { on }) => {
        if (!on) stirActive(state, id);
      }),
      release: afterCommit(({ id }) => stirActive(state, id)),
    },
  };
}

async function entriesOf({ source }: AgentMenuState, chatId: number): Promise<readonly AgentEntry[]> {
  return agentEntries(source.own(chatId), await source.ofAgent(chatId));
}

async function publish(state: AgentMenuState, chatId: number): Promise<void> {
  const { api, settings, source, log } = state;
  if (source.isOthers?.(chatId) === true) return;
  const entries = await entriesOf(state, chatId);
  const ofAgent = entries.map(({ command, description }) => ({ command, description }));
  const own = source.own(chatId);
  const isUsual = ofAgent.length === 0 && JSON.stringify(own) === JSON.stringify(source.usual());
  const commands = isUsual ? [] : [...own, ...ofAgent];
  const wanted = JSON.stringify(commands);
  if ((settings.get(`chat:${chatId}`, 'menu') ?? '[]') === wanted || !state.isStarted) return;
  const scope = { type: 'chat', chat_id: chatId };
  const result = isUsual
    ? await api.call('deleteMyCommands', { scope })
    : await api.call('setMyCommands', { scope, commands });
  // A list that was refused is refused again: only another one is tried.
  if (result.ok || result.failure.kind === 'refused') settings.set(`chat:${chatId}`, 'menu', wanted);
  if (result.ok) return;
  const { failure } = result;
  log('warn', 'menu not set', { chat: chatId, reason: failure.text });
  if (failure.kind !== 'refused')
    retryLater(state, chatId, 'retryAfterMs' in failure ? failure.retryAfterMs : undefined);
}

function retryLater(state: AgentMenuState, chatId: number, retryAfterMs: number | undefined): void {
  state.waiting.add(chatId);
  state.retry ??= setTimeout(() => {
    state.retry = undefined;
    run(state);
  }, retryAfterMs ?? RETRY_MS);
}

function run(state: AgentMenuState): void {
  if (state.work !== undefined || state.retry !== undefined || !state.isStarted) return;
  state.work = publishWaiting(state)
    .catch((error: unknown) => state.log('warn', 'menu not set', { reason: reasonOf(error) }))
    .finally(() => (state.work = undefined));
}

async function publishWaiting(state: AgentMenuState): Promise<void> {
  for (;;) {
    const [chatId] = state.waiting;
    if (chatId === undefined || state.retry !== undefined || !state.isStarted) return;
    state.waiting.delete(chatId);
    await publish(state, chatId);
  }
}

function stir(state: AgentMenuState, chatId: number): void {
  if (!state.people.isAllowed(chatId)) return;
  state.waiting.add(chatId);
  if (state.isStarted) state.look ??= setTimeout(() => lookNow(state), LOOK_MS);
}

function lookNow(state: AgentMenuState): void {
  clearTimeout(state.look);
  state.look = undefined;
  run(state);
}

function stirActive(state: AgentMenuState, session: string): void {
  const { people, active } = state;
  for (const chatId of people.chats) if (active.get(chatId) === session) stir(state, chatId);
}
