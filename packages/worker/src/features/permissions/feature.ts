import { buttonData } from '../../cards/button';
import { BUTTON } from '../../cards/buttons';
import { commands } from '../../chat/command';
import { sessionSlash } from '../../chat/route';
import type { CreateFeature, Kernel } from '../../app/model';
import { afterCommit, inTransaction } from '../../sessions/handlers/model';
import { requestButton } from './buttons';
import { requestCommands, type Waiting } from './commands';
import { overByRecords } from './evidence';
import { createRequestIntake } from './intake';
import type { AgentRequest } from './model';
import { previewOf } from './preview';
import { allows, createRules, type Rules } from './rules';
import { createRequestService, type RequestService } from './service';
import { createRequestStore } from './store';
import { createTerminalAnswers } from './terminal-answers';

/** What agents ask of the user: shown on the phone, answered with one tap, and handed to the waiting hook. */
export const permissions: CreateFeature = (kernel) => {
  const { world, sessions, waiting, watch, windows, outbox } = kernel;
  const { log } = world;
  const now = (): number => world.now();
  const service = buildService(kernel);
  const ofSession = (session: string): AgentRequest[] =>
    service.open().filter((request) => request.session === session);
  const close = (requests: readonly AgentRequest[], how: 'elsewhere' | 'ended'): void => {
    for (const { id } of requests) service.input(id, { type: 'over', at: now(), how });
  };
  const rules = buildRules(kernel, service, ofSession);
  const terminalAnswers = createTerminalAnswers({
    waiting: (id) => ofSession(id).filter((request) => request.phase === 'open' && request.attached),
    async ask(id) {
      const session = sessions.get(id);
      return session === undefined ? null : windows.discover(session);
    },
    onAnswered: (request) => close([request], 'elsewhere'),
    log,
  });
  const intake = buildIntake(kernel, service);
  watch.watcher.listen({
    hook(event) {
      if (event.name !== 'Stop') return;
      const session = sessions.live().find(({ binding }) => binding?.sessionId === event.sessionId);
      if (session === undefined) return;
      // A sub-agent in the background outlives the turn.
      const ofTurn = ofSession(session.id).filter(
        ({ asked, at }) => asked.subAgent === undefined && at <= event.at,
      );
      close(ofTurn, 'elsewhere');
    },
  });
  const handlers = requestCommands({
    keeper: service,
    others: (chatId) => otherWaiting(kernel, ofSession, chatId),
    react(chatId, messageId) {
      const reaction = [{ type: 'emoji', emoji: '👌' }];
      outbox.hint('setMessageReaction', { chat_id: chatId, message_id: messageId, reaction });
    },
    now,
  });
  return {
    name: 'permissions',
    commands: commands({
      request: { button: requestButton, run: handlers.request },
      'request-text': {
        run: handlers['request-text'],
        awaits: {
          takesSlash: true,
          carries(chatId, quoted) {
            // A reply to a session that waits for nothing is for that session.
            if (quoted !== undefined && !waiting.isShown(quoted)) return undefined;
            const request = service.writing(chatId);
            return request === undefined ? undefined : { request };
          },
        },
      },
      inbox: {
        slash: { names: ['inbox'], read: () => ({ do: 'inbox' }) },
        menu: (words) => words.menu.inbox,
        button: BUTTON.inbox,
        run: handlers.inbox,
      },
      'allow-all': {
        slash: sessionSlash(['allow'], (session) => ({ do: 'allow-all', session })),
        menu: (words) => words.menu.allow,
        button: BUTTON.allowAll,
        run: rules.handlers['allow-all'],
      },
    }),
    effects: {
      release: afterCommit(({ id }) => close(ofSession(id), 'ended')),
    },
    events: {
      // One transaction: a request must not stay open beside a record that shows it was answered.
      observed: inTransaction((session, inputs) =>
        close(overByRecords(ofSession(session.id), session.card.rows, inputs), 'elsewhere'),
      ),
      looked: afterCommit(({ id }) => terminalAnswers.check(id)),
      joined: afterCommit(({ id }, inputs) => {
        for (const { by } of inputs) service.joined(id, by);
      }),
    },
    socket: {
      ask: (raw, peer) => intake.ask(raw, peer),
      taken: (raw) => intake.taken(raw),
    },
    start() {
      service.start();
      const ended = service.open().filter(({ session: id }) => {
        const session = sessions.get(id);
        return session === undefined || session.phase === 'ended' || session.phase === 'lost';
      });
      close(ended, 'ended');
      rules.watch();
    },
    stop() {
      service.stop();
      terminalAnswers.stop();
      rules.stop();
    },
  };
};

function buildService({ world, sessions, agents, people, board, outbox, waiting }: Kernel): RequestService {
  const { store, config, log } = world;
  return createRequestService({
    wordsOf: (chatId) => people.wordsOf(chatId),
    store: createRequestStore(store, log),
    tx: (work) => store.tx(work),
    afterCommit: (work) => store.afterCommit(work),
    put: (view) => outbox.put(view),
    chats: people.chats,
    nameOf: (chatId) => people.nameOf(chatId),
    responders(id) {
      const session = sessions.get(id);
      return session === undefined ? [] : board.responders(session);
    },
    portOf(id) {
      const session = sessions.get(id);
      return session === undefined ? null : (agents.get(session.agent)?.kind.asks ?? null);
    },
    remindMs: config.CCBOT_ASK_REMIND * 60_000,
    quiet: config.CCBOT_QUIET_HOURS,
    onClosed: (id) => waiting.closed(id),
    onChanged(id, state) {
      waiting.set(id, state);
      const session = sessions.get(id);
      if (session !== undefined) board.stir(session);
    },
    now: () => world.now(),
    log,
  });
}

function buildRules(
  { world, sessions, people, board, outbox }: Kernel,
  service: RequestService,
  ofSession: (session: string) => AgentRequest[],
): Rules {
  return createRules({
    wordsOf: (chatId) => people.wordsOf(chatId),
    minutesOf: (chatId) => Number(people.preferences.get(chatId, 'allow-minutes')),
    session: (id) => sessions.get(id),
    live: () => sessions.live(),
    set: (id, allowing, at) => sessions.dispatch(id, [{ type: 'allowing', at, allowing }]),
    onAllowed(id, by) {
      for (const request of ofSession(id)) service.input(request.id, { type: 'ruled', at: world.now(), by });
    },
    others: (session, but) => board.watchers(session).filter((chatId) => chatId !== but),
    nameOf: (chatId) => people.nameOf(chatId),
    put: (view) => outbox.put(view),
    now: () => world.now(),
    log: world.log,
  });
}

function buildIntake({ world, sessions, agents, board }: Kernel, service: RequestService) {
  return createRequestIntake({
    keeper: service,
    sessionOf({ ccbotSession, sessionId }) {
      const live = sessions.live();
      return (
        live.find(({ id }) => id === ccbotSession) ??
        live.find(({ binding }) => binding?.sessionId === sessionId) ??
        null
      );
    },
    portOf(id) {
      const session = sessions.get(id);
      return session === undefined ? null : (agents.get(session.agent)?.kind.asks ?? null);
    },
    previewOf,
    responders(id) {
      const session = sessions.get(id);
      return session === undefined ? [] : board.responders(session);
    },
    allows: (id, at) => allows(sessions.get(id), at),
    now: () => world.now(),
    log: world.log,
  });
}

/** What waits beside requests: dialogs that are shown as screens, and prompts that may not have arrived. */
function otherWaiting(
  { sessions, people, board, prompts }: Kernel,
  ofSession: (session: string) => AgentRequest[],
  chatId: number,
): Waiting[] {
  const words = people.wordsOf(chatId);
  return sessions.live().flatMap((session): Waiting[] => {
    const { id, name } = session;
    const isForOthers = !board.responders(session).includes(chatId);
    const dialog: Waiting[] =
      session.phase === 'dialog' && ofSession(id).length === 0
        ? [
            {
              name,
              what: words.asks.dialogOpen,
              ofOthers: isForOthers,
              button: { text: words.asks.show(name), data: buttonData(BUTTON.screen, { session: id }) },
            },
          ]
        : [];
    const uncertain = prompts.queue.ofSession(id, ['typing']).map((prompt) => ({
      name,
      what: words.asks.uncertainPrompt,
      ofOthers: isForOthers && prompt.chatId !== chatId,
      button: { text: words.sendAgain, data: buttonData(BUTTON.retype, { prompt: prompt.id }) },
    }));
    return [...dialog, ...uncertain];
  });
}
