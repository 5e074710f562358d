import { isLive, type Session } from '../sessions/model';
import { finishedCard } from '../cards/answered';
import { createCardStore, plainCard, withoutPage } from './card-state';
import {
  drawCard,
  drawElsewhere,
  drawPanels,
  drawTime,
  keyOf,
  leaveCard,
  removeCard,
  resumeCard,
} from './draw';
import type { Board, Page } from './model';
import { notifyFinished, notifySilent } from './notify';
import type { BoardDeps, BoardState } from './state';
import { activeChatsOf, respondersOf, watchersOf } from './watchers';

export function createBoard(deps: BoardDeps): Board {
  const { sessions, people, settings } = deps;
  const { chats } = people;
  const roster = { chats, writesTo: (chatId: number) => sessions.writesTo(chatId) };
  const state: BoardState = {
    ...deps,
    cards: createCardStore(settings),
    roster,
    pages: new Map(),
    panelKeys: new Map(),
    elsewhereKey: '[]',
    reportedSilence: new Map(),
    drawnAt: new Map(),
  };
  return {
    show: (session, minor = false) => show(state, session, minor),
    begin: (session) => begin(state, session),
    finish: (session) => finish(state, session),
    hide: (session) => hide(state, session),
    stir: (session) => drawPanels(state, session),
    stirElsewhere: () => drawElsewhere(state),
    beat() {
      notifySilent(state);
      for (const chatId of chats) drawTime(state, chatId);
    },
    spoken: (chatId) => moveBelow(state, chatId),
    open: (chatId, inPlace) => open(state, chatId, inPlace),
    draws: (chatId) => sessions.roleOf(chatId) === 'draw',
    leave: (chatId, gone) => leaveCard(state, chatId, gone),
    resume: (chatId) => resumeCard(state, chatId),
    turn: (chatId, page) => turnPage(state, chatId, page),
    more: (chatId, isOn) => showMore(state, chatId, isOn),
    key: (chatId) => keyOf(state.cards.get(chatId)),
    watchers: (session) => watchersOf(session, roster),
    responders: (session) => respondersOf(session, roster),
    chats,
    onScreen: () => new Set(chats.flatMap((chatId) => sessions.writesTo(chatId) ?? [])),
    active: (chatId) => sessions.activeIn(chatId),
  };
}

function show(state: BoardState, session: Session, isMinor: boolean): void {
  for (const chatId of activeChatsOf(session, state.roster))
    drawCard(state, chatId, session, state.cards.get(chatId), { isMinor });
  drawPanels(state, session);
}

function begin({ cards, sessions, roster }: BoardState, session: Session): void {
  const { by } = session;
  if (by !== undefined && sessions.writesTo(by) !== session.id)
    cards.setAsideTurn(session.id, session.card.turn);
  for (const chatId of activeChatsOf(session, roster)) {
    const card = cards.get(chatId);
    cards.set(chatId, { ...plainCard(card), ...(card.up && by === chatId ? { stale: true } : {}) });
  }
}

function finish(state: BoardState, session: Session): void {
  const { cards, sessions, roster } = state;
  notifyFinished(state, { ...session, card: finishedCard(session.card) });
  for (const chatId of activeChatsOf(session, roster)) {
    if (cards.get(chatId).page !== undefined) continue; // the user is reading a page on it
    removeCard(state, chatId);
    // While other sessions work, their panel is worth a card.
    if (sessions.othersWork(session) && isLive(session)) drawCard(state, chatId, session, cards.get(chatId));
  }
  drawPanels(state, session);
}

function hide(state: BoardState, session: Session): void {
  for (const chatId of activeChatsOf(session, state.roster)) removeCard(state, chatId);
  drawPanels(state, session);
}

/** Has the card drawn below the newest message the next time it changes. */
function moveBelow({ cards }: BoardState, chatId: number): void {
  const card = cards.get(chatId);
  if (card.up && card.stale !== true) cards.set(chatId, { ...card, stale: true });
}

function open(state: BoardState, chatId: number, inPlace: boolean): void {
  const session = state.sessions.activeIn(chatId);
  if (session === undefined) return;
  const card = plainCard(state.cards.get(chatId));
  drawCard(state, chatId, session, inPlace || !card.up ? card : { ...card, stale: true });
}

function turnPage(state: BoardState, chatId: number, page: Page | undefined): void {
  const session = state.sessions.activeIn(chatId);
  const card = state.cards.get(chatId);
  if (session === undefined || card.session !== session.id) return;
  const present = withoutPage(card);
  if (page === undefined) {
    state.pages.delete(chatId);
    return drawCard(state, chatId, session, present);
  }
  state.pages.set(chatId, page);
  drawCard(state, chatId, session, { ...present, page: { at: page.at, part: page.part } });
}

function showMore(state: BoardState, chatId: number, isOn: boolean): void {
  const session = state.sessions.activeIn(chatId);
  const { more: _more, ...card } = state.cards.get(chatId);
  if (session !== undefined) drawCard(state, chatId, session, isOn ? { ...card, more: true } : card);
}
