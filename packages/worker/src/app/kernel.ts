import type { Paths } from '@ccbot/shared/config/paths';
import type { Config } from '@ccbot/shared/config/schema';
import type { Log } from '@ccbot/shared/log/logger';
import { chooseAgent, createAgents } from '../agents/registry';
import { renderNotice } from '../cards/render';
import { createAgentMenu } from '../chat/menu/agent-menu';
import { createArchiving } from '../features/archive/archiving';
import { createAsks } from '../features/permissions/compose';
import { createBoardStation, quietIn } from '../board/compose';
import { createHandlers } from './commands';
import { createDelivering } from './delivering';
import { createIncoming } from '../attachments/compose';
import { createIntake } from '../inbox/intake';
import { createDesk, createAdoptedWindows } from '../features/adopt/compose';
import { createSteering } from './steering';
import { createOpening } from '../sessions/lifecycle/opening';
import { createLive } from '../board/live';
import { deliverOf, discretionOf, relayOf, richMessagesOf } from '../features/send-file/compose';
import type { Stations } from './stations';
import { createPerson, type Person } from '../chat/people';
import { createUsageStation } from '../features/limits/compose';
import { watched, type Measured } from '../metrics/metered';
import { hookHandler } from '../watch/hook-events';
import { statusLineHandler } from '../features/limits/status-line';
import { listenOnSocket, type SocketHandler, type SocketListener } from '../watch/socket';
import { tail } from '../watch/tail';
import { createOutbox } from '../outbox/outbox';
import { sendHandler } from '../features/send-file/handler';
import type { Relay } from '../features/send-file/relay';
import type { Session } from '../sessions/model';
import type { ScreenPainter } from '../features/screen/screens';
import { askForNames } from '../features/naming/compose';
import { createNaming } from '../features/naming/naming';
import { createPerception } from '../watch/watcher';
import { createRegistry, type Registry } from '../sessions/registry';
import { createAskers } from '../prompts/author-store';
import { createAttachmentStore } from '../attachments/store';
import { createPrompts } from '../prompts/store';
import { createSessionStore, createTailMarks } from '../sessions/store';
import { readPlace } from '../features/new-session/place';
import { rebuiltOf } from '../store/rebuilt';
import { createSettings } from '../store/settings';
import { createUpdates } from '../inbox/store';
import { createViewQueue } from '../outbox/store';
import type { Store } from '../store/open';
import { createStored } from '../store/room';
import type { BotApi } from '../telegram/api';
import type { FileSource } from '../telegram/files';
import type { Panes } from '../terminal/panes';
import type { Words } from '../words/words';
import { outboxKey, type OutboxKey } from '../outbox/keys';

/** What the stations are made from. */
export interface ComposeDeps extends Measured {
  config: Config;
  paths: Paths;
  store: Store;
  api: BotApi;
  /** Files that people send. */
  files: FileSource;
  panes: Panes;
  painter: ScreenPainter;
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
  health(words: Words): string[];
  log: Log;
}

/** The same with what each of them speaks with. */
export interface Wiring extends ComposeDeps, Person {}

/** Wires the stations along the one way: inbound → router → sessions → terminal, and observe → sessions → cards → outbox. */
export function compose(made: ComposeDeps): Stations {
  const { config, store, log, now } = made;
  const say = (level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void =>
    log(level, text, meta);
  const allowed = new Set(config.ALLOWED_USERS);
  const settings = createSettings(store);
  const person = createPerson(settings, config, createAskers(store, now));
  const { wordsOf, nameOf } = person;
  const [updates, prompts] = [createUpdates(store), createPrompts(store)] as const;
  const attachments = createAttachmentStore(store);
  const agents = createAgents(made.env);
  const chosen = chooseAgent(agents, config.CCBOT_AGENT_BACKEND);
  const agentOf = (session: Session) => (agents.get(session.agent) ?? chosen).agent;
  const adoptedWindows = createAdoptedWindows({ ...made, registry: () => registry, agentOf, log: say });
  const deps: Wiring = { ...made, ...person, panes: adoptedWindows.panes };
  let socket: SocketListener | undefined;
  let stopped = false;

  const redaction = discretionOf(deps);
  const stored = createStored(store, say);
  const outbox = createOutbox({
    wordsOf,
    ...{ store, stored },
    redact: (wanted) => redaction.redact(wanted),
    rich: richMessagesOf(deps, settings),
    ...watched(createViewQueue(store), made),
    api: deps.api,
    filesDir: deps.paths.outbox,
    foot: (chatId) => board.foot(chatId),
    cardLagMs: person.cardLagMs,
    quiet: quietIn(settings),
    chance: () => deps.chance(),
    ...{ now, log: say },
  });
  const live = createLive({
    api: deps.api,
    server: config.TELEGRAM_API_ROOT,
    ...{ settings, outbox, now, log: say, chats: config.ALLOWED_USERS },
    beat: () => board.beat(),
  });
  const board = createBoardStation(deps, {
    ...{ outbox, settings, wordsOf, nameOf, agentOf, lookOf: person.lookOf },
    ...{ registry: () => registry, drafts: () => live.drafts(), asked: (id) => asks.waits(id) },
  });
  const registry = createRegistry({
    wordsOf,
    store: createSessionStore(store),
    ...{ board, now, log: say },
    put: (wanted) => outbox.put(wanted),
    onChanged: () => board.changed(),
  });
  const asks = createAsks(deps, { registry, outbox, prompts, agents, board });
  const dispatch = (...args: Parameters<Registry['dispatch']>): void => asks.dispatch(...args);
  const archiving = createArchiving(deps, { registry, agentOf, prompts });
  const naming = createNaming({ registry, ...askForNames(deps) });
  const { atRest, endOrphans } = archiving;
  const desk = createDesk(deps, { registry, outbox, agents, allowed });
  const notice = (chatId: number, key: OutboxKey, text: string): void =>
    outbox.put({ chatId, key, view: renderNotice(text), class: 'notice' });
  const follow = (options: Omit<Parameters<typeof tail>[0], 'onTrouble'>): ReturnType<typeof tail> =>
    tail({
      ...options,
      onTrouble: (reason) => say('warn', 'a transcript cannot be read', { path: options.path, reason }),
    });
  const { follower, screenReader, delivery } = createDelivering(deps, {
    ...{ registry, outbox, prompts, agentOf, dispatch, tail: follow, atRest, stored, updates, board },
    marks: createTailMarks(store),
    perception: () => perception,
    refresh: (id) => handover.refresh(id),
  });
  const steering = createSteering(deps, {
    ...{ registry, outbox, agentOf, settings, agents, chosen, board },
    perception: () => perception,
    answeredElsewhere: (id) => asks.asked(id),
  });
  const perception = createPerception({
    wordsOf,
    registry,
    screens: steering.screens,
    onLogin: (session, error) => steering.login.onLogin(session, error),
    ...{ panes: deps.panes, desk, endOrphans },
    follower,
    screenReader,
    delivery,
    agentOf,
    home: deps.home,
    put: (wanted) => outbox.put(wanted),
    watchers: (session) => board.watchers(session),
    dir: deps.paths.dir,
    since: () => rebuiltOf(settings)?.since ?? now(),
    now,
    log: say,
  });

  live.attach(registry, { tail: follow, agentOf, asks: ({ id }) => asks.asked(id) });
  const deliver = deliverOf(deps, { outbox, registry, allowed, board });
  let relay: Relay | undefined;

  const usage = createUsageStation({
    wordsOf,
    ...{ registry, prompts, delivery, outbox, settings, store, agents, agentOf, panes: deps.panes, board },
    look: (id) => screenReader.look(id),
    now,
    log: say,
  });

  // What comes on the worker's socket, by its kind.
  const socketHandlers = new Map<string, SocketHandler>([
    ['hook', hookHandler((event) => [perception, asks].forEach((one) => one.onHook(event)))],
    ...asks.socket,
    ['send-file', sendHandler(deliver, say)],
    ['statusline', statusLineHandler((event) => usage.onStatus(event))],
  ]);

  const { handover, sweep, flood } = createIncoming(deps, {
    registry,
    outbox,
    ...{ prompts, stored },
    kick: (session) => void delivery.kick(session),
  });

  const menu = createAgentMenu({
    ...{ api: deps.api, settings, registry, chats: allowed, home: deps.home, wordsOf, agentOf },
    log: say,
  });

  const journal = createIntake({
    wordsOf,
    commands: (chatId) => menu.entries(chatId),
    browsing: (chatId) => readPlace(settings.get(`chat:${chatId}`, 'browse'))?.writing !== undefined,
    onHandled(chatId) {
      menu.stir(chatId);
      outbox.stir(chatId);
    },
    sessionOf: (chatId, message) =>
      outbox.messageOf(chatId, message)?.session ?? attachments.ofMessage(chatId, message)?.session,
    loginWaits: (chatId) => steering.login.logins.waits(chatId),
    ...{ allowed, updates, instance: deps.instance, registry, settings },
    agents: [...agents.values()].map(({ kind }) => ({ id: kind.id, line: kind.settings === null })),
    handlers: createHandlers(deps, {
      ...{
        registry,
        prompts,
        delivery,
        screenReader,
        outbox,
        redaction,
        deliver,
        settings,
        agentOf,
        usage,
        asks,
      },
      ...{ board, handover, desk },
      ...steering,
      opening: createOpening(deps, { registry, agents, chosen, archiving }),
      archiving,
    }),
    writing: (chatId) => asks.writing(chatId),
    asks: (session) => asks.asked(session),
    put: (wanted) => outbox.put(wanted),
    answerTap: (queryId, text) => outbox.answerTap(queryId, text),
    onLanguage: person.onLanguage,
    onSpoken: (inbound) => board.heard(inbound),
    flood,
    tx: (work) => store.tx(work),
    isFull: (error) => store.isFull(error),
    onSetAside: (chatId, update, error) =>
      notice(chatId, outboxKey('set-aside', update), wordsOf(chatId).inboxFailed(error)),
    ...{ now, log: say },
  });

  return {
    ...{ registry, outbox, journal, updates, settings, follower, menu },
    async start() {
      updates.reclaim(deps.instance);
      asks.start();
      socket = await listenOnSocket(deps.paths.workerSocket, socketHandlers, say);
      relay = relayOf(deps, deliver);
      await deps.panes.start((event) => {
        if (!stopped) perception.onPanes(event);
      });
      const result = await perception.takeUp();
      outbox.start();
      handover.resume();
      sweep.start();
      live.start();
      archiving.keeper.start();
      naming.start();
      [usage, adoptedWindows].forEach((one) => one.start());
      return result;
    },
    async settled() {
      await handover.idle();
      await delivery.idle();
      await follower.caughtUp();
    },
    busy: () => registry.live().some((s) => s.card.phase === 'working'),
    tellAll(key, text) {
      for (const user of allowed) notice(user, key, text(wordsOf(user)));
    },
    async stop() {
      stopped = true;
      [adoptedWindows, desk].forEach((one) => one.stop());
      archiving.keeper.stop();
      naming.stop();
      menu.stop();
      await journal.stop();
      sweep.stop();
      await handover.stop();
      screenReader.stop();
      perception.stop();
      live.stop();
      steering.stop();
      usage.stop();
      asks.stop();
      await socket?.close();
      relay?.stop();
      delivery.stop();
      await delivery.idle();
      follower.stop();
      await deps.panes.stop();
    },
  };
}
