import type { RequestPort } from '../../agents/request';
import type { LiveSession } from '../../agents/agent';
import type { RegisteredAgent } from '../../agents/registry';
import { requestCommands, type Waiting } from './commands';
import { createDesk } from './terminal-answers';
import { overByRecords } from './evidence';
import { createRequestIntake } from './intake';
import { createRequestService } from './service';
import type { AgentRequest } from './model';
import { previewOf } from './preview';
import { allows, createRules } from './rules';
import type { HookEvent } from '../../watch/hook-events';
import type { SocketHandler } from '../../watch/socket';
import type { Outbox } from '../../outbox/outbox';
import { buttonData } from '../../chat/buttons';
import type { Handlers } from '../../chat/command';
import type { Board } from '../../board/board';
import type { PromptQueue } from '../../prompts/model';
import type { SessionInput } from '../../sessions/machine/input';
import type { Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { createRequestStore } from './store';
import type { Wiring } from '../../app/kernel';

/** The stations that requests touch. */
export interface AskStations {
  registry: Registry;
  outbox: Outbox;
  prompts: PromptQueue;
  agents: ReadonlyMap<string, RegisteredAgent>;
  board: Pick<Board, 'responders' | 'watchers' | 'stir'>;
}

/** What the agents ask of the person, wired. */
export interface Asks {
  handlers: Handlers<'ask' | 'ask-text' | 'inbox' | 'allow-all'>;
  /** What comes on the worker's socket, by its kind. */
  socket: ReadonlyMap<string, SocketHandler>;
  /** The request that a chat's next message is the text for. */
  writing(chatId: number): number | undefined;
  /** A chat writes to the session from now on: what it asks is put before that person as well. */
  joined(session: string, chatId: number): void;
  /** Whether a session waits for an answer to a request. */
  waits(session: string): boolean;
  /** Whether a session's dialog is before the person as a request, or was a moment ago. */
  asked(session: string): boolean;
  /** Dispatches what the records or the screen told, and what follows from it for open requests, in one transaction. */
  dispatch(id: string, inputs: readonly SessionInput[], also?: () => void): void;
  /** The agent's own word that its turn is over. */
  onHook(event: HookEvent): void;
  start(): void;
  stop(): void;
}

/** A request that was decided is no reason to show the screen for so long, ms: the dialog goes in a moment. */
const AFTER_MS = 2_000;

/** Wires the station of requests. */
export function createAsks(deps: Wiring, stations: AskStations): Asks {
  const { store, config, now, log } = deps;
  const { registry, outbox, prompts, agents, board } = stations;
  const say = (level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void =>
    log(level, text, meta);
  const portOf = (id: string): RequestPort | null => {
    const session = registry.get(id);
    return session === undefined ? null : (agents.get(session.agent)?.kind.asks ?? null);
  };
  const responders = (id: string): readonly number[] => {
    const session = registry.get(id);
    return session === undefined ? [] : board.responders(session);
  };
  const lastOpen = new Map<string, number>();
  const keeper = createRequestService({
    wordsOf: deps.wordsOf,
    store: createRequestStore(store),
    tx: (work) => store.tx(work),
    afterCommit: (work) => store.afterCommit(work),
    put: (wanted) => outbox.put(wanted),
    chats: config.ALLOWED_USERS,
    nameOf: deps.nameOf,
    responders,
    portOf,
    remindMs: config.CCBOT_ASK_REMIND * 60_000,
    quiet: config.CCBOT_QUIET_HOURS,
    onClosed: (session) => lastOpen.set(session, now()),
    onWaits(id) {
      const session = registry.get(id);
      if (session !== undefined) board.stir(session);
    },
    now,
    log: say,
  });
  const of = (session: string): AgentRequest[] => keeper.open().filter((ask) => ask.session === session);
  const rules = createRules({
    wordsOf: deps.wordsOf,
    minutesOf: (chatId) => Number(deps.preferences.get(chatId, 'allow-minutes')),
    session: (id) => registry.get(id),
    live: () => registry.live(),
    set: (id, allowing, at) => registry.dispatch(id, [{ type: 'allowing', at, allowing }]),
    onAllowed(id, by) {
      for (const ask of of(id)) keeper.input(ask.id, { type: 'ruled', at: now(), by });
    },
    others: (session, but) => board.watchers(session).filter((chatId) => chatId !== but),
    nameOf: deps.nameOf,
    put: (wanted) => outbox.put(wanted),
    now,
    log: say,
  });
  const desk = createDesk({
    waiting: (id) => of(id).filter((ask) => ask.phase === 'open' && ask.attached),
    ask: (id) => discover(id),
    onAnswered: (ask) => keeper.input(ask.id, { type: 'over', at: now(), how: 'elsewhere' }),
    log: say,
  });
  const intake = createRequestIntake({
    keeper,
    sessionOf({ ccbotSession, sessionId }) {
      const live = registry.live();
      return (
        live.find((s) => s.id === ccbotSession) ??
        live.find((s) => s.binding?.sessionId === sessionId) ??
        null
      );
    },
    portOf,
    previewOf,
    responders,
    allows: (id, at) => allows(registry.get(id), at),
    now,
    log: say,
  });

  /** What the agent's own files say of the session in a window. */
  async function discover(id: string): Promise<LiveSession | null> {
    const session = registry.get(id);
    const agent = session === undefined ? undefined : agents.get(session.agent)?.agent;
    const pane = (await deps.panes.list()).find((p) => p.session === id);
    return agent === undefined || pane === undefined ? null : agent.discover(deps.home, pane.pid);
  }

  function over(asks: readonly AgentRequest[], how: 'elsewhere' | 'ended'): void {
    for (const ask of asks) keeper.input(ask.id, { type: 'over', at: now(), how });
  }

  /** What waits beside requests: dialogs that are shown as screens, and messages that may not have arrived. */
  function others(chatId: number): Waiting[] {
    const words = deps.wordsOf(chatId);
    return registry.live().flatMap((session: Session): Waiting[] => {
      const { id, name } = session;
      const there = board.responders(session);
      const ofOthers = !there.includes(chatId);
      const dialog =
        session.phase === 'dialog' && of(id).length === 0
          ? [
              {
                ...{ name, what: words.asks.dialogOpen, ofOthers },
                button: { text: words.asks.show(name), data: buttonData({ do: 'screen', session: id }) },
              },
            ]
          : [];
      const uncertain = prompts.ofSession(id, ['typing']).map((prompt) => ({
        ...{ name, what: words.asks.uncertainPrompt, ofOthers: ofOthers && prompt.chatId !== chatId },
        button: { text: words.sendAgain, data: buttonData({ do: 'retype', prompt: prompt.id }) },
      }));
      return [...dialog, ...uncertain];
    });
  }

  registry.onEffect((session, effect) => {
    if (effect.do !== 'release') return;
    over(of(session.id), 'ended');
    lastOpen.delete(session.id);
  });

  return {
    handlers: {
      ...requestCommands({
        keeper,
        others,
        react(chatId, messageId) {
          const reaction = [{ type: 'emoji', emoji: '👌' }];
          outbox.hint('setMessageReaction', { chat_id: chatId, message_id: messageId, reaction });
        },
        now,
      }),
      ...rules.handlers,
    },
    socket: new Map<string, SocketHandler>([
      ['ask', (raw, peer) => intake.ask(raw, peer)],
      ['taken', (raw) => intake.taken(raw)],
    ]),
    writing: (chatId) => keeper.writing(chatId),
    joined: (id, chatId) => keeper.joined(id, chatId),
    waits: (id) => of(id).some((ask) => ask.unseen !== true && ask.phase === 'open'),
    asked: (id) =>
      of(id).some((ask) => ask.unseen !== true) ||
      Math.abs(now() - (lastOpen.get(id) ?? -Infinity)) < AFTER_MS,
    dispatch(id, inputs, also) {
      const closed = overByRecords(of(id), registry.get(id)?.card.rows ?? [], inputs);
      if (closed.length === 0) registry.dispatch(id, inputs, also);
      else
        registry.dispatch(id, inputs, () => {
          also?.();
          over(closed, 'elsewhere');
        });
      if (inputs.some((input) => input.type === 'looked')) desk.check(id);
    },
    onHook(event) {
      if (event.name !== 'Stop') return;
      const session = registry.live().find((s) => s.binding?.sessionId === event.sessionId);
      if (session === undefined) return;
      // A sub-agent in the background outlives the turn.
      over(
        of(session.id).filter((ask) => ask.asked.subAgent === undefined && ask.at <= event.at),
        'elsewhere',
      );
    },
    start() {
      keeper.start();
      for (const ask of keeper.open()) {
        const session = registry.get(ask.session);
        if (session === undefined || session.phase === 'ended' || session.phase === 'lost')
          over([ask], 'ended');
      }
      rules.watch();
    },
    stop() {
      keeper.stop();
      desk.stop();
      rules.stop();
    },
  };
}
