import { keys, type OutboxKey } from '../outbox/keys';
import { NO_THREAD } from '../outbox/model';
import { isAtWork, type Session } from '../sessions/model';
import { plainCard, removedCard, type CardState } from './card-state';
import { cardView } from './card-view';
import type { Page } from './model';
import type { BoardState } from './state';

/** A card that was drawn less than this long ago, ms, needs no new time. */
const FRESH_MS = 2_000;

interface DrawOptions {
  /** The new state of the session that is being written, if it is not the card's own. */
  changed?: Session;
  /** The edit may wait. */
  isMinor?: boolean;
}

export function keyOf({ n }: CardState): OutboxKey {
  return keys.card(n);
}

/** Draws the card of a chat, which was `before`. */
export function drawCard(
  state: BoardState,
  chatId: number,
  session: Session,
  before: CardState,
  { changed = session, isMinor = false }: DrawOptions = {},
): void {
  const { cards, outbox, pages, drawnAt, now } = state;
  const role = state.sessions.roleOf(chatId);
  if (role === 'clear') return;
  // Drawn when this machine may: see `resumeCard`.
  if (role === 'wait') return cards.set(chatId, { ...cardOf(session, before), up: true });
  const card = moveCard(state, chatId, session, before);
  const isSame = JSON.stringify(card) === JSON.stringify(before);
  if (!isSame) cards.set(chatId, card);
  // The user waits for a card that comes as a new message.
  const mayWait = isMinor && isSame;
  if (!mayWait) drawnAt.set(chatId, now());
  const page = card.page === undefined ? undefined : pages.get(chatId);
  if (card.page !== undefined && page?.rich === undefined) return;
  const view = viewOf(state, chatId, session, { changed, page, hasMore: card.more === true });
  outbox.put({
    chatId,
    key: keyOf(card),
    thread: 'session',
    session: session.id,
    view,
    class: 'card',
    silent: true,
    ...replyTo(session, chatId),
    ...(mayWait ? { minor: true } : {}),
  });
}

function cardOf({ id }: Session, before: CardState): CardState {
  return before.session === id ? before : { ...plainCard(before), session: id };
}

/** The card for this session. A stale one, or one in another thread, is removed, and its successor comes below. */
function moveCard({ outbox }: BoardState, chatId: number, session: Session, before: CardState): CardState {
  const thread = outbox.threadOf(chatId, { thread: 'session', session: session.id });
  const { thread: old = NO_THREAD, ...rest } = before;
  const place = thread === NO_THREAD ? {} : { thread };
  const card = cardOf(session, { ...rest, up: true, ...place });
  const isElsewhere = before.up && old !== thread;
  if (card.stale !== true && !isElsewhere) return card;
  if (before.up) outbox.remove(chatId, keyOf(card));
  const { stale: _stale, ...fresh } = card;
  return { ...fresh, n: card.n + 1 };
}

function viewOf(
  { sessions, people, drafts, now }: BoardState,
  chatId: number,
  session: Session,
  { changed, page, hasMore }: { changed: Session; page: Page | undefined; hasMore: boolean },
) {
  const author = otherAuthor(people, session, chatId);
  return cardView(
    session,
    {
      ...(author === undefined ? {} : { by: author }),
      panel: sessions.panel(session, changed),
      drafted: drafts.known(),
      look: people.lookOf(chatId),
      canClear: sessions.canClear(session),
      hasMore,
      ...(page === undefined ? {} : { page }),
    },
    people.wordsOf(chatId),
    now(),
  );
}

/** The message of this chat that began the session's turn. */
export function replyTo(session: Session, chatId: number): { replyTo?: number } {
  if (session.replyTo === undefined || (session.by ?? session.chatId) !== chatId) return {};
  return { replyTo: session.replyTo };
}

/** The name of the author of the turn's prompt, if that is another user. */
export function otherAuthor(
  { nameOf }: Pick<BoardState['people'], 'nameOf'>,
  { by }: Session,
  chatId: number,
): string | undefined {
  return by === undefined || by === chatId ? undefined : nameOf(by);
}

/** Removes the chat's card. */
export function removeCard({ cards, outbox }: BoardState, chatId: number): void {
  const card = cards.get(chatId);
  if (!card.up) return;
  outbox.remove(chatId, keyOf(card));
  cards.set(chatId, removedCard(card));
}

/** This machine draws the chat's card from now on: as it should be by now. */
export function resumeCard(state: BoardState, chatId: number): void {
  const session = state.sessions.activeIn(chatId);
  const card = state.cards.get(chatId);
  if (session !== undefined && (card.up || isAtWork(session))) drawCard(state, chatId, session, card);
}

/** Removes what this machine has of the chat's card. `gone`: it is out of the chat. */
export function leaveCard({ cards, outbox }: BoardState, chatId: number, gone: () => void): void {
  const card = cards.get(chatId);
  // Perhaps the last one is still on its way out of the chat.
  const key = card.up ? keyOf(card) : keyOf({ ...card, n: card.n - 1 });
  if (!card.up && !outbox.has(chatId, key)) return gone();
  outbox.onSettled(chatId, key, gone);
  outbox.remove(chatId, key);
  if (card.up) cards.set(chatId, removedCard(card));
}

/** Draws the chat's card where it is, because of another session or of the time. */
export function redrawCard(state: BoardState, chatId: number, changed?: Session): void {
  const card = state.cards.get(chatId);
  const session = card.up ? state.sessions.activeIn(chatId) : undefined;
  if (session === undefined || session.id !== card.session) return;
  drawCard(state, chatId, session, card, { changed: changed ?? session, isMinor: true });
}

/** Updates the clock on a chat's card, unless the card was drawn just now. */
export function drawTime(state: BoardState, chatId: number): void {
  const age = state.now() - (state.drawnAt.get(chatId) ?? -Infinity);
  // Negative after the clock was set back.
  if (age >= 0 && age < FRESH_MS) return;
  const session = state.sessions.activeIn(chatId);
  if (session !== undefined && isAtWork(session))
    drawCard(state, chatId, session, state.cards.get(chatId), { isMinor: true });
  else redrawCard(state, chatId);
}

/** Redraws the panels that show the session, if its line has changed. */
export function drawPanels(state: BoardState, session: Session): void {
  const { sessions, people, panelKeys } = state;
  const key = sessions.panelKey(session);
  if (panelKeys.get(session.id) === key) return;
  panelKeys.set(session.id, key);
  for (const chatId of people.chats)
    if (sessions.writesTo(chatId) !== session.id) redrawCard(state, chatId, session);
}

/** Redraws the cards, if a line about a session of another machine has changed. */
export function drawElsewhere(state: BoardState): void {
  const key = state.sessions.elsewhereKey();
  if (state.elsewhereKey === key) return;
  state.elsewhereKey = key;
  for (const chatId of state.people.chats) redrawCard(state, chatId);
}
