import type { Handover } from '../attachments/intake';
import type { Handlers } from '../chat/command';
import type { Adoption } from '../features/adopt/adoption';
import { adoptCommands } from '../features/adopt/commands';
import { archiveCommands } from '../features/archive/commands';
import { browseCommands } from '../features/new-session/browse-commands';
import type { NewSession } from '../sessions/lifecycle/opener';
import { cardCommands } from '../features/card/commands';
import { chatCommands } from '../features/help/commands';
import { fileCommands } from '../features/send-file/commands';
import { handoverCommands } from '../features/handover/commands';
import { historyCommands } from '../features/history/commands';
import { keyCommands } from '../features/screen/commands';
import { loginCommands } from '../features/login/commands';
import { promptCommands } from '../prompts/commands';
import { settingsCommands } from '../features/settings/commands';
import { stopCommands } from '../features/stop/commands';
import { begin, windowCommands } from '../features/new-session/commands';
import type { Board } from '../board/board';
import type { Delivery } from '../prompts/delivery';
import type { PromptQueue } from '../prompts/model';
import type { ScreenReader } from '../watch/screen-reader';
import type { Session } from '../sessions/model';
import type { Registry } from '../sessions/registry';
import type { Stopping } from '../features/stop/stopping';
import type { Agent } from '../agents/agent';
import type { Redaction } from '../cards/redact/redaction';
import type { Archiving } from '../features/archive/archiving';
import type { LoginStation } from '../features/login/compose';
import type { Opening } from '../sessions/lifecycle/opening';
import type { Outbox } from '../outbox/outbox';
import type { Deliver } from '../features/send-file/delivery';
import type { Settings } from '../store/settings';
import type { Words } from '../words/words';
import type { Wiring } from './kernel';
import type { UsageStation } from '../features/limits/compose';
import type { Asks } from '../features/permissions/compose';

/** The stations that the commands work on. */
export interface CommandStations {
  board: Board;
  registry: Registry;
  prompts: PromptQueue;
  delivery: Delivery;
  handover: Handover;
  screenReader: ScreenReader;
  stopping: Stopping;
  login: LoginStation;
  outbox: Outbox;
  redaction: Redaction;
  deliver: Deliver;
  settings: Settings;
  opening: Opening;
  desk: Adoption;
  archiving: Archiving;
  agentOf(session: Session): Agent;
  usage: UsageStation;
  asks: Pick<Asks, 'handlers' | 'joined'>;
}

/** Every handler of the chat's intents, wired. */
export function createHandlers(deps: Wiring, stations: CommandStations): Handlers {
  const { panes, store, now } = deps;
  const { registry, prompts, delivery, screenReader, outbox, settings, opening, redaction, deliver } =
    stations;
  /** The chat writes to the session from now on, and what that waits for is put before the person. */
  const activate = (chatId: number, session: string): void => {
    settings.set(`chat:${chatId}`, 'active', session);
    stations.asks.joined(session, chatId);
    registry.dispatch(session, [{ type: 'joined', at: now(), by: chatId }]);
  };
  const windows = {
    open: (request: NewSession) => opening.open(request),
    titleOf: (agent: string) => opening.titleOf(agent),
    active: {
      get: (chatId: number) => settings.get(`chat:${chatId}`, 'active'),
      // What is opened is shown, below what was said meanwhile.
      set(chatId: number, session: string) {
        activate(chatId, session);
        stations.board.open(chatId, false);
      },
    },
    warnings: ({ noTmux }: Words) => (panes.kind === 'pty' ? [noTmux] : []),
  };
  return {
    ...stations.asks.handlers,
    ...chatCommands({
      health: (words) => [
        ...deps.health(words),
        words.health.sessions(registry.live().length),
        words.health.toSend(outbox.depth()),
      ],
      agents: opening.kinds,
      facts: { lock: deps.paths.lock, tmux: deps.config.TMUX_SESSION_NAME },
      put: (wanted) => outbox.put(wanted),
    }),
    ...settingsCommands({
      preferences: deps.preferences,
      wordsOf: deps.wordsOf,
      put: (wanted) => outbox.put(wanted),
      log: (level, text, meta) => deps.log(level, text, meta),
    }),
    ...windowCommands({ registry, panes, ...windows, now }),
    ...adoptCommands({ registry, panes, adopting: stations.desk, active: windows.active, now }),
    ...browseCommands({
      registry,
      begin: (conversation, request) => begin(windows, conversation, request),
      restore: (id) => opening.restore(id),
      installed: () => opening.installed(),
      earlier: (agent, cwd) => opening.earlier(agent, cwd),
      runningIn: (agent, session) => opening.runningIn(agent, session),
      active: windows.active,
      kept: {
        get: (chatId) => settings.get(`chat:${chatId}`, 'browse'),
        set: (chatId, value) => settings.set(`chat:${chatId}`, 'browse', value),
      },
      put: (wanted) => outbox.put(wanted),
      home: deps.home,
      defaultDirectory: deps.cwd,
      now,
    }),
    ...cardCommands({
      ...{
        registry,
        prompts,
        delivery,
        board: stations.board,
        agentOf: stations.agentOf,
        now,
        askedBy: deps.askedBy,
      },
      active: { set: activate },
      keyOf: (chatId, message) => outbox.messageOf(chatId, message)?.key,
    }),
    ...archiveCommands({
      registry,
      archive: (id) => stations.archiving.archive(id, 'done'),
      restore: (id) => opening.restore(id),
      agents: opening.kinds.filter(({ settings }) => settings !== null),
      titleOf: (agent) => opening.titleOf(agent),
      active: windows.active,
      watchers: (session) => stations.board.watchers(session),
      put: (wanted) => outbox.put(wanted),
      now,
    }),
    ...historyCommands({
      registry,
      agentOf: (session) => stations.agentOf(session),
      titleOf: (agent) => opening.titleOf(agent),
      askedBy: deps.askedBy,
      kept: {
        get: (chatId) => settings.get(`chat:${chatId}`, 'history'),
        set: (chatId, value) => settings.set(`chat:${chatId}`, 'history', value),
      },
      put: (wanted) => outbox.put(wanted),
      atWork: (chatId) => outbox.hint('sendChatAction', { chat_id: chatId, action: 'upload_document' }),
    }),
    ...handoverCommands({
      registry,
      prompts,
      delivery,
      agentOf: (session) => stations.agentOf(session),
      titleOf: (agent) => opening.titleOf(agent),
      open: (request) => opening.open(request),
      active: windows.active,
      now,
    }),
    ...keyCommands({
      registry,
      panes,
      look: async (id) => void (await screenReader.look(id)),
      keyOf: (chatId, message) => outbox.messageOf(chatId, message)?.key,
      nameOf: deps.nameOf,
      now,
    }),
    ...loginCommands(stations.login),
    ...stopCommands({ registry, stopping: stations.stopping, log: deps.log }),
    ...fileCommands({
      reveal: (chatId, id, part, show) => redaction.reveal(chatId, id, part, show),
      decide: (chatId, id, send) => deliver.decide(chatId, id, send),
      put: (wanted) => outbox.put(wanted),
      tx: (work) => store.tx(work),
    }),
    ...stations.usage.handlers,
    ...promptCommands({
      prompts,
      delivery,
      handover: stations.handover,
      chats: stations.board.chats,
      put: (wanted) => outbox.put(wanted),
      tx: (work) => store.tx(work),
      now,
    }),
  };
}
