import type { LogFn } from '@ccbot/shared/log/logger';
import type { AgentCatalog } from '../../agents/catalog';
import { agentEntries, type AgentEntry } from './entries';
import { afterCommit } from '../../sessions/handlers/model';
import type { SessionHandlers } from '../../sessions/handlers/table';
import { isLive } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import type { Settings } from '../../store/settings';
import type { BotApi } from '../../telegram/api';
import { wordsIn } from '../../words/words';
import type { ActiveSession } from '../active-session';
import type { People } from '../people';

/** How long after a call that did not arrive it is made again, ms, where Telegram names no time. */
const AGAIN_MS = 60_000;

/** Dependencies of the menu. */
export interface AgentMenuDeps {
  api: BotApi;
  settings: Settings;
  registry: Registry;
  active: ActiveSession;
  people: People;
  agents: AgentCatalog;
  handlers: SessionHandlers;
  home: string;
  log: LogFn;
}

/** The commands of the agent that a chat writes to, in Telegram's menu of that chat. */
export interface AgentMenu {
  /** The commands of the chat's active session. */
  entries(chatId: number): Promise<readonly AgentEntry[]>;
  /** Sets every chat's menu now, and whenever something may have changed from here on; only what did is sent. */
  start(): void;
  /** Something may have changed in a chat. */
  stir(chatId: number): void;
  /** Resolves when what was to be sent is sent, or failed. */
  idle(): Promise<void>;
  stop(): void;
}

/**
 * Makes it. What a chat's menu was set to is remembered over restarts. A chat in the usual language, without an agent of
 * such commands, has the menu that all chats have.
 */
export function createAgentMenu(deps: AgentMenuDeps): AgentMenu {
  const { api, settings, registry, log } = deps;
  const waiting = new Set<number>();
  let work: Promise<void> | undefined;
  let again: NodeJS.Timeout | undefined;
  let started = false;

  async function entries(chatId: number): Promise<readonly AgentEntry[]> {
    const active = deps.active.get(chatId);
    const session = active === undefined ? undefined : registry.get(active);
    if (session === undefined || !isLive(session)) return [];
    const { menu, language } = deps.people.wordsOf(chatId);
    const commands = await deps.agents.of(session).commands?.(deps.home, session.cwd, language);
    return agentEntries(menu, commands ?? []);
  }

  async function publish(chatId: number): Promise<void> {
    const agents = (await entries(chatId)).map(({ command, description }) => ({ command, description }));
    const own = deps.people.wordsOf(chatId).menu;
    const usual = agents.length === 0 && JSON.stringify(own) === JSON.stringify(wordsIn('en').menu);
    const commands = usual ? [] : [...own, ...agents];
    const wanted = JSON.stringify(commands);
    if ((settings.get(`chat:${chatId}`, 'menu') ?? '[]') === wanted || !started) return;
    const scope = { type: 'chat', chat_id: chatId };
    const result = usual
      ? await api.call('deleteMyCommands', { scope })
      : await api.call('setMyCommands', { scope, commands });
    // Refused once, the same list is refused again: only another one is tried.
    if (result.ok || result.failure.kind === 'refused') settings.set(`chat:${chatId}`, 'menu', wanted);
    if (result.ok) return;
    const { failure } = result;
    log('warn', 'the menu of commands could not be set', { chat: chatId, reason: failure.text });
    if (failure.kind !== 'refused') later(chatId, failure);
  }

  function later(chatId: number, failure: { kind: string; retryAfterMs?: number }): void {
    waiting.add(chatId);
    again ??= setTimeout(() => {
      again = undefined;
      run();
    }, failure.retryAfterMs ?? AGAIN_MS);
  }

  function run(): void {
    if (work !== undefined || again !== undefined || !started) return;
    work = drain()
      .catch((error: unknown) =>
        log('warn', 'the menu of commands could not be set', { reason: String(error) }),
      )
      .finally(() => (work = undefined));
  }

  async function drain(): Promise<void> {
    for (;;) {
      const [chatId] = waiting;
      if (chatId === undefined || again !== undefined || !started) return;
      waiting.delete(chatId);
      await publish(chatId);
    }
  }

  function stir(chatId: number): void {
    if (!deps.people.isAllowed(chatId)) return;
    waiting.add(chatId);
    run();
  }

  const stirActive = (session: string): void => {
    for (const chatId of deps.people.chats) if (deps.active.get(chatId) === session) stir(chatId);
  };
  deps.handlers.add('menu', {
    effects: {
      // The agent may have made a command; or it is gone, with its commands.
      watch: afterCommit(({ id }, { on }) => {
        if (!on) stirActive(id);
      }),
      release: afterCommit(({ id }) => stirActive(id)),
    },
  });

  return {
    entries,
    start() {
      started = true;
      for (const chatId of deps.people.chats) stir(chatId);
    },
    stir,
    idle: async () => work,
    stop() {
      started = false;
      clearTimeout(again);
    },
  };
}
