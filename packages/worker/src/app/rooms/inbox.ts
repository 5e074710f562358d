import { withButtons } from '../../cards/button';
import { richOf } from '../../cards/markdown';
import { renderNotice } from '../../cards/render';
import type { Rich } from '../../cards/view';
import { createGrammar, type CommandTable, type Conversation, type Grammar } from '../../chat/command';
import type { AwaitedText, ChatView } from '../../chat/intents';
import { createAgentMenu, type AgentMenu } from '../../chat/menu/agent-menu';
import { createMenuSource } from '../../chat/menu/source';
import type { Awaits, ClusterView } from '../../cluster/model';
import { createFlood } from '../../inbox/flood';
import { createIntake, type Chats } from '../../inbox/intake';
import type { Journal } from '../../inbox/journal';
import type { Admitted } from '../../inbox/model';
import { keys, outboxKey } from '../../outbox/keys';
import type { MessageStanding } from '../../outbox/model';
import { promptCommands } from '../../chat/prompt-commands';
import { createPromptDecisions } from '../../prompts/decisions';
import type { SessionHandlers } from '../../sessions/handlers/table';
import { isLive, plainName, type Session } from '../../sessions/model';
import { machinesOf } from '../cluster/chat-view';
import type { Rooms, World } from '../model';

/** The inbox, with the menu that shows what can be written. */
export interface InboxRoom {
  journal: Journal;
  menu: AgentMenu;
  grammar: Grammar;
  /** Whether a command waits for a chat's next text. */
  awaits(chatId: number): Awaits;
}

export function buildInbox(
  world: World,
  rooms: Rooms,
  handlers: SessionHandlers,
  tables: readonly CommandTable[],
): InboxRoom {
  const { people, outbox } = rooms;
  const grammar = createGrammar([
    promptCommands({
      intake: rooms.intake,
      decisions: createPromptDecisions({
        queue: rooms.prompts.queue,
        delivery: rooms.prompts.delivery,
        outbox,
        chats: people.chats,
        store: world.store,
        now: () => world.now(),
      }),
    }),
    ...tables,
  ]);
  const menu = buildMenu(world, rooms, grammar);
  handlers.add('menu', { effects: menu.effects });
  const journal = createIntake({
    disk: { store: world.store, updates: world.updates },
    run: world,
    grammar,
    chats: chatsOf(rooms, grammar, menu),
    flood: createFlood({
      perMinute: world.config.CCBOT_MESSAGES_PER_MINUTE,
      wordsOf: (chatId) => people.wordsOf(chatId),
      tell: (chatId, key, text, replyTo) =>
        outbox.put({ chatId, thread: 'chat', key, view: renderNotice(text), class: 'notice', replyTo }),
    }),
    log: world.log,
  });
  return { journal, menu, grammar, awaits: (chatId) => awaitsOf(awaitedIn(grammar, chatId, undefined)) };
}

function buildMenu(world: World, rooms: Rooms, grammar: Grammar): AgentMenu {
  const { settings, people, active, agents } = rooms;
  const source = createMenuSource({
    grammar,
    people,
    active,
    registry: rooms.sessions,
    agents,
    home: world.home,
  });
  return createAgentMenu({
    api: world.api,
    settings,
    source: { ...source, isOthers: (chatId) => isOfAnother(world.cluster, active.get(chatId)) },
    active,
    people,
    log: world.log,
  });
}

function chatsOf(rooms: Rooms, grammar: Grammar, menu: AgentMenu): Chats {
  const { people, outbox, board, threads } = rooms;
  return {
    isAllowed: (chatId) => people.isAllowed(chatId),
    viewOf: (inbound) => viewOf(rooms, grammar, menu, inbound),
    conversation: (inbound) => conversationOf(rooms, inbound),
    heard(inbound) {
      const { chatId } = inbound;
      people.meet(chatId, inbound);
      const thread = inbound.thread ?? threads.ofChat(chatId);
      outbox.heard(chatId, thread);
      if (inbound.kind !== 'edit') threads.used(chatId, thread);
      // A tap is on something; a message stands below everything.
      if (inbound.kind !== 'tap') board.spoken(chatId);
    },
    unknownMessage({ ack, retire, words }) {
      // Its buttons stay: a machine that is cut off may have sent it.
      if (rooms.world.cluster?.view.hasOthers() === true) ack(words.cluster.oldButton);
      else retire(words.oldButton);
    },
    meant: ({ chatId, thread }, session) => threads.usedFor(chatId, session, thread),
    handled(chatId) {
      menu.stir(chatId);
      outbox.footerChanged(chatId);
    },
    setAside(chatId, update, error) {
      const view = renderNotice(people.wordsOf(chatId).inboxFailed(error));
      outbox.put({ chatId, thread: 'chat', key: outboxKey('set-aside', update), view, class: 'notice' });
    },
  };
}

/** Whether another machine has the session. */
function isOfAnother(cluster: World['cluster'], id: string | undefined): boolean {
  const found = cluster?.view.sessions().find((session) => session.id === id);
  return found !== undefined && found.host !== cluster?.view.host;
}

async function viewOf(rooms: Rooms, grammar: Grammar, menu: AgentMenu, inbound: Admitted): Promise<ChatView> {
  const { world, sessions, active, agents } = rooms;
  const { chatId } = inbound;
  const text = inbound.kind === 'text' || inbound.kind === 'edit' ? inbound.text : '';
  const entries = text.trimStart().startsWith('/') ? await menu.entries(chatId) : undefined;
  const quoted = quotedBy(rooms, inbound);
  const tapped = await standingOfTapped(rooms, inbound);
  return {
    ...namedSessions(sessions.live(), world.cluster?.view),
    ...machinesOf(world.cluster?.view, chatId),
    archived: sessions.all().flatMap((session) => (isLive(session) ? [] : [session.id])),
    active: isLiveHere(rooms, inbound.active) ? inbound.active : active.get(chatId),
    agents: agents.all.map(({ kind }) => ({ id: kind.id, line: kind.settings === null })),
    awaited: awaitedIn(grammar, chatId, quoted?.id),
    ...(tapped === undefined ? {} : { tapped }),
    ...(quoted === undefined ? {} : { quoted }),
    ...(entries === undefined ? {} : { menu: entries }),
  };
}

function isLiveHere({ sessions }: Rooms, id: string | undefined): boolean {
  const session = id === undefined ? undefined : sessions.get(id);
  return session !== undefined && isLive(session);
}

/** The sessions that a name may mean: this machine's, and those of the others. */
function namedSessions(
  live: readonly Session[],
  cluster: ClusterView | undefined,
): Pick<ChatView, 'sessions' | 'elsewhere'> {
  const own = live.map((session) => ({ id: session.id, name: plainName(session) }));
  if (cluster?.hasOthers() !== true) return { sessions: own };
  const { host } = cluster;
  const others = cluster.elsewhere().filter((session) => session.live);
  return {
    sessions: own.map((session) => ({ ...session, host })),
    elsewhere: others.map(({ id, name, host: machine }) => ({ id, name, host: machine })),
  };
}

async function standingOfTapped({ outbox }: Rooms, inbound: Admitted): Promise<MessageStanding | undefined> {
  if (inbound.kind !== 'tap' || inbound.messageId === undefined) return undefined;
  return outbox.standingOf(inbound.chatId, inbound.messageId);
}

/** The session of the message that a user replies to. */
function quotedBy({ outbox, attachments, sessions }: Rooms, inbound: Admitted): ChatView['quoted'] {
  const message = inbound.kind === 'text' || inbound.kind === 'attachment' ? inbound.replyTo : undefined;
  if (message === undefined) return undefined;
  const { chatId } = inbound;
  const id = outbox.messageOf(chatId, message)?.session ?? attachments.ofMessage(chatId, message)?.session;
  const session = id === undefined ? undefined : sessions.get(id);
  return session && { id: session.id, name: session.name, live: isLive(session) };
}

function awaitedIn({ commands }: Grammar, chatId: number, quoted: string | undefined): AwaitedText[] {
  return Object.entries(commands).flatMap(([name, { awaits }]) => {
    const carries = awaits?.carries(chatId, quoted);
    return awaits === undefined || carries === undefined
      ? []
      : [{ do: name, takesSlash: awaits.takesSlash, carries }];
  });
}

function awaitsOf(awaited: readonly AwaitedText[]): Awaits {
  if (awaited.length === 0) return 'no';
  return awaited.some(({ takesSlash }) => takesSlash) ? 'any' : 'text';
}

/** A text over the chat: as in a message, a string is Markdown. */
function toastOf(text: string | Rich | undefined): Rich | undefined {
  return typeof text === 'string' ? richOf(text) : text;
}

function conversationOf({ people, threads, outbox }: Rooms, inbound: Admitted): Conversation {
  const { chatId } = inbound;
  const thread = inbound.thread ?? threads.ofChat(chatId);
  let answers = 0;
  return {
    inbound,
    chatId,
    thread,
    words: people.wordsOf(chatId),
    say(text, buttons) {
      const view = withButtons(renderNotice(text), buttons);
      outbox.put({ chatId, thread, key: keys.say(inbound.updateId, answers++), view, class: 'notice' });
    },
    ack(text) {
      if (inbound.kind === 'tap') outbox.answerTap(inbound.queryId, toastOf(text));
    },
    retire(text) {
      if (inbound.kind !== 'tap') return;
      outbox.answerTap(inbound.queryId, toastOf(text));
      const { messageId } = inbound;
      if (messageId === undefined || outbox.messageOf(chatId, messageId) !== undefined) return;
      outbox.removeButtons(chatId, messageId);
    },
  };
}
