import { hostname } from 'node:os';
import type { Paths } from '@ccbot/shared/config/paths';
import type { Config } from '@ccbot/shared/config/schema';
import type { Fault } from '@ccbot/shared/faults/fault';
import type { Log } from '@ccbot/shared/log/logger';
import { chooseAgent, createAgents } from './agents/registry';
import { renderNotice } from './cards/render';
import { admit } from './inbound/admit';
import { createJournal, type Journal } from './inbound/journal';
import { parseUpdate } from './inbound/parse';
import { listenForHooks, type HookListener } from './observe/hooks';
import { offsetAt } from './observe/locate';
import { tail } from './observe/tail';
import { createOutbox, type Outbox } from './outbox/outbox';
import { route } from './router/route';
import { perform } from './sessions/command';
import { createDelivery } from './sessions/delivery';
import { createFollower, type Follower } from './sessions/follower';
import { createLooker } from './sessions/looker';
import type { Session } from './sessions/model';
import { createPerception } from './sessions/perceive';
import { openSession } from './sessions/opener';
import type { Reconciled } from './sessions/reconcile';
import { createRegistry, type Registry } from './sessions/registry';
import { createPrompts } from './store/prompts';
import { createSessionStore, createTailMarks } from './store/sessions';
import { createSettings, type Settings } from './store/settings';
import { createUpdates, type Updates } from './store/updates';
import { createWishes } from './store/wishes';
import type { Store } from './store/open';
import type { BotApi } from './telegram/api';
import type { Panes } from './terminal/panes';
import { words } from './words/en';

/** What the stations are made from. */
export interface ComposeDeps {
  config: Config;
  paths: Paths;
  store: Store;
  api: BotApi;
  panes: Panes;
  /** A uuid of this run. */
  instance: string;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  cwd: string;
  /** The bot's user name, for the sessions' environment. */
  botUsername: string;
  now(): number;
  chance(): number;
  /** Lines for `/health` that the process knows. */
  health(): string[];
  log: Log;
}

/** The stations, wired; started and stopped by `main`. */
export interface Stations {
  registry: Registry;
  outbox: Outbox;
  journal: Journal;
  updates: Updates;
  settings: Settings;
  follower: Follower;
  /** Connects the terminal, holds the sessions against it, and begins to send. */
  start(): Promise<Reconciled>;
  /** Resolves when nothing of what came in is still on its way into a terminal, and every transcript is read. */
  settled(): Promise<void>;
  busy(): boolean;
  /** Tells every allowed person. */
  tellAll(key: string, text: string): void;
  stop(): Promise<void>;
}

/** Wires the stations along the one way: inbound → router → sessions → terminal, and observe → sessions → cards → outbox. */
export function compose(deps: ComposeDeps): Stations {
  const { config, store, panes, log, now } = deps;
  const say = (level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void =>
    log(level, text, meta);
  const settings = createSettings(store);
  const updates = createUpdates(store);
  const prompts = createPrompts(store);
  const marks = createTailMarks(store);
  const agents = createAgents(deps.env);
  const chosen = chooseAgent(agents, config.CCBOT_AGENT_BACKEND);
  const agentOf = (session: Session) => (agents.get(session.agent) ?? chosen).agent;
  let hooks: HookListener | undefined;
  let stopped = false;

  const outbox = createOutbox({
    store,
    wishes: createWishes(store),
    api: deps.api,
    cardLagMs: config.CARD_EDIT_LAG * 1_000,
    now,
    chance: () => deps.chance(),
    log: say,
  });
  const registry = createRegistry({
    store: createSessionStore(store),
    put: (wanted) => outbox.put(wanted),
    now,
    log: say,
  });
  const dispatch = (...args: Parameters<Registry['dispatch']>): void => registry.dispatch(...args);
  const onWorking = (id: string): void => perception.settle(id);
  const looker = createLooker({ panes, agentOf, session: registry.get, dispatch, onWorking, now, log: say });
  const notice = (chatId: number, key: string, text: string): void =>
    outbox.put({ chatId, key, view: renderNotice(text), class: 'notice' });

  const follower = createFollower({
    tail: (options) =>
      tail({
        ...options,
        onTrouble: (reason) => say('warn', 'a transcript cannot be read', { path: options.path, reason }),
      }),
    offsetAt,
    marks,
    prompts,
    agentOf,
    session: registry.get,
    dispatch,
    onConfirmed(prompt) {
      outbox.put({
        chatId: prompt.chatId,
        key: `uncertain:${prompt.id}`,
        view: { parts: [] },
        class: 'card',
      });
      outbox.put({ chatId: prompt.chatId, key: `held:${prompt.id}`, view: { parts: [] }, class: 'card' });
      store.afterCommit(() => react(prompt.chatId, prompt.messageId, '👌'));
    },
    now,
    log: say,
  });
  const delivery = createDelivery({
    prompts,
    panes,
    agentOf,
    session: registry.get,
    look: (id) => looker.look(id),
    onTyped: (prompt) => {
      react(prompt.chatId, prompt.messageId, '👀');
      perception.attend(prompt.session);
    },
    onHeld(session, prompt) {
      const text = session.phase === 'dialog' ? words.held(session.name) : words.waitsForStart(session.name);
      notice(prompt.chatId, `held:${prompt.id}`, text);
    },
    onFailed: (session, prompt, reason) =>
      notice(prompt.chatId, `failed:${prompt.id}:${now()}`, words.typingFailed(session.name, reason)),
    now,
    log: say,
  });

  function react(chatId: number, messageId: number, emoji: string): void {
    outbox.hint('setMessageReaction', {
      chat_id: chatId,
      message_id: messageId,
      reaction: [{ type: 'emoji', emoji }],
    });
  }

  const perception = createPerception({
    registry,
    panes,
    follower,
    looker,
    delivery,
    prompts,
    agentOf,
    home: deps.home,
    put: (wanted) => outbox.put(wanted),
    now,
    log: say,
  });

  const allowed = new Set(config.ALLOWED_USERS);
  let strangers = 0;

  async function handle(raw: unknown, receivedAt: number): Promise<void> {
    const admission = admit(parseUpdate(raw, receivedAt), allowed);
    if (!admission.admitted) {
      strangers++;
      say('info', 'an update was not admitted', { why: admission.why, strangers });
      return;
    }
    const { inbound } = admission;
    const view = {
      sessions: registry.live().map(({ id, name }) => ({ id, name })),
      active: settings.get(`chat:${inbound.chatId}`, 'active'),
    };
    await perform(
      {
        registry,
        panes,
        prompts,
        delivery,
        agentOf,
        open: (request) =>
          openSession(
            {
              registry,
              panes,
              agent: chosen.agent,
              command: config[chosen.commandSetting],
              commandSetting: chosen.commandSetting,
              flags: config[chosen.flagsSetting],
              env: {
                CCBOT_INTERFACE: 'telegram',
                CCBOT_HOST: config.CCBOT_HOST === '' ? hostname() : config.CCBOT_HOST,
                CCBOT_BOT_USERNAME: deps.botUsername,
                CCBOT_DIR: deps.paths.dir,
              },
              home: deps.home,
              path: deps.env['PATH'] ?? '/usr/bin:/bin',
              defaultDirectory: deps.cwd,
              now,
            },
            request,
          ),
        put: (wanted) => outbox.put(wanted),
        look: async (id) => void (await looker.look(id)),
        answerTap: (queryId, text) => outbox.answerTap(queryId, text),
        active: {
          get: (chatId) => settings.get(`chat:${chatId}`, 'active'),
          set: (chatId, session) => settings.set(`chat:${chatId}`, 'active', session),
        },
        tx: (work) => store.tx(work),
        health: () => [
          ...deps.health(),
          `sessions: ${registry.live().length}`,
          `waiting to be sent: ${outbox.depth()}`,
        ],
        warnings: () => (panes.kind === 'pty' ? [words.noTmux] : []),
        now,
      },
      inbound,
      route(inbound, view),
    );
  }

  const journal = createJournal({
    updates,
    instance: deps.instance,
    handle: (raw) => handle(raw, now()),
    onFailed(update, error) {
      const chatId = Number(update.lane);
      if (allowed.has(chatId)) notice(chatId, `set-aside:${update.id}`, words.inboxFailed(error));
    },
    now,
    log: say,
  });

  return {
    registry,
    outbox,
    journal,
    updates,
    settings,
    follower,
    async start() {
      updates.reclaim(deps.instance);
      hooks = await listenForHooks(deps.paths.workerSocket, (event) => perception.onHook(event), say);
      await panes.start((event) => {
        if (!stopped) perception.onPanes(event);
      });
      const result = await perception.takeUp();
      outbox.start();
      return result;
    },
    async settled() {
      await delivery.idle();
      await follower.caughtUp();
    },
    busy: () => registry.live().some((s) => s.card.phase === 'working'),
    tellAll(key, text) {
      for (const user of allowed) notice(user, key, text);
    },
    async stop() {
      stopped = true;
      await journal.stop();
      looker.stop();
      perception.stop();
      await hooks?.close();
      await delivery.idle();
      follower.stop();
      await panes.stop();
    },
  };
}

/** What the person is told of a fault. */
export function faultNotice(f: Fault): string {
  return `${f.what}\n\n${f.todo}`;
}
