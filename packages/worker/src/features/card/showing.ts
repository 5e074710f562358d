import type { Board } from '../../board/model';
import type { MoreIntent, PageIntent } from '../../cards/buttons';
import type { ActiveSession } from '../../chat/active-session';
import type { Chooser } from '../../chat/chooser';
import type { Conversation } from '../../chat/command';
import type { Threads } from '../../chat/threads';
import type { ClusterView } from '../../cluster/model';
import type { Outbox } from '../../outbox/outbox';
import { isLive, type Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import { lastPage, newerPage, olderPage, type PagesDeps } from './pages';
import { cardCommandWords } from './words/words';

export interface ShowingDeps {
  registry: Pick<Registry, 'get'>;
  board: Pick<Board, 'active' | 'key' | 'open' | 'turn' | 'more'>;
  chooser: Pick<Chooser, 'choose'>;
  elsewhere: ElsewhereDeps;
  outbox: Pick<Outbox, 'messageOf'>;
  pages: PagesDeps;
}

export interface ElsewhereDeps {
  /** Undefined: there is no cluster. */
  view: Pick<ClusterView, 'machines' | 'elsewhere'> | undefined;
  active: Pick<ActiveSession, 'set'>;
  threads: Pick<Threads, 'usedFor'>;
  now(): number;
}

/** The chat writes to the session from now on, and sees its card. */
export async function chooseSession(
  deps: ShowingDeps,
  conversation: Conversation,
  id: string,
): Promise<void> {
  const { registry, board, chooser, outbox, pages } = deps;
  const { inbound, chatId, ack, words } = conversation;
  const session = registry.get(id);
  if (session === undefined) return chooseElsewhere(deps.elsewhere, conversation, id);
  if (!isLive(session)) return ack(words.expired);
  chooser.choose(conversation, id);
  ack(words.switched(session.name));
  const tapped = inbound.kind === 'tap' ? inbound.messageId : undefined;
  const isOnCard = tapped !== undefined && outbox.messageOf(chatId, tapped)?.key === board.key(chatId);
  board.open(chatId, isOnCard);
  if (session.card.phase !== 'idle') return;
  // The user wants to see what an idle session did last.
  const page = await lastPage(pages, { chatId, words, session });
  if (page !== null) board.turn(chatId, page);
}

/** The same for a session of another machine, which shows its card when it is back. */
function chooseElsewhere(
  { view, active, threads, now }: ElsewhereDeps,
  { chatId, thread, ack, say, words }: Conversation,
  id: string,
): void {
  const session = view?.elsewhere().find((each) => each.id === id && each.live);
  if (session === undefined) return ack(words.expired);
  active.set(chatId, id);
  threads.usedFor(chatId, id, thread);
  ack(words.switched(session.label));
  const machine = view?.machines().find(({ host }) => host === session.host);
  if (machine?.isAway === true) say(words.machines.switchedAway(session.label, machine, now()));
}

export async function turnPage(
  { board, pages }: ShowingDeps,
  conversation: Conversation,
  { session: id, go, ...shown }: PageIntent,
): Promise<void> {
  const { chatId, ack, words } = conversation;
  const session = activeSession(board, conversation, id);
  if (session === undefined) return;
  const { noOlder } = words.of(cardCommandWords);
  if (session.binding === undefined) return ack(noOlder);
  const reader = { chatId, words, session };
  if (go === 'newer') {
    ack();
    return board.turn(chatId, await newerPage(pages, reader, shown));
  }
  const page = await olderPage(pages, reader, shown);
  if (page === null) return ack(noOlder);
  ack();
  board.turn(chatId, page);
}

export function showMore(
  { board }: ShowingDeps,
  conversation: Conversation,
  { session, on }: MoreIntent,
): void {
  if (activeSession(board, conversation, session) === undefined) return;
  conversation.ack();
  board.more(conversation.chatId, on);
}

/** The session of the chat's card. Undefined, and the user is told, if a button of another one was pressed. */
function activeSession(
  board: Pick<Board, 'active'>,
  { chatId, ack, words }: Conversation,
  id: string,
): Session | undefined {
  const session = board.active(chatId);
  if (session?.id === id) return session;
  ack(words.expired);
  return undefined;
}
