import { renderNotice } from '../../cards/render';
import type { People } from '../../chat/people';
import type { Conversation } from '../../chat/command';
import { outboxKey, type OutboxKey } from '../../outbox/keys';
import type { Thread } from '../../outbox/model';
import type { Outbox } from '../../outbox/outbox';
import type { Registry } from '../../sessions/registry';
import type { Words } from '../../words/words';
import type { FoundStray, StrayWindows } from './stray-windows';
import { renderOffer } from './view';

/** How often, and how long apart, ms, an agent is searched for that a hook reported: its own file may come later. */
const TRIES = 10;
const TRY_MS = 300;

/** The messages that offer strays to the users. */
export interface Offers {
  /** Offers every stray to every user. */
  offerAll(): Promise<void>;
  /** A hook reported an agent's session that ccbot does not know: offers it if it runs in a window here. */
  heard(sessionId: string): Promise<void>;
  /** Offers every stray to one user again, below what was written meanwhile; resolves with their number. */
  show(where: Pick<Conversation, 'chatId' | 'thread'>): Promise<number>;
  /** Replaces the offers of a stray in every chat with what became of it. */
  settle(id: string, text: (words: Words) => string): void;
  stop(): void;
}

export interface OffersDeps {
  strays: StrayWindows;
  registry: Pick<Registry, 'live'>;
  people: Pick<People, 'chats' | 'wordsOf'>;
  outbox: Pick<Outbox, 'put' | 'remove'>;
}

interface OffersState extends OffersDeps {
  isStopped: boolean;
}

export function createOffers(deps: OffersDeps): Offers {
  const state: OffersState = { ...deps, isStopped: false };
  const { strays, people } = deps;
  return {
    async offerAll() {
      for (const found of await strays.list()) offer(state, found, people.chats);
    },
    heard: (sessionId) => heard(state, sessionId),
    show: (where) => show(state, where),
    settle: (id, text) => settle(state, id, text),
    stop() {
      state.isStopped = true;
    },
  };
}

/** Offered again under the same key, it is the same message. */
function offer(
  { people, outbox }: OffersState,
  found: FoundStray,
  chats: readonly number[],
  thread: Thread | 'chat' = 'chat',
): void {
  for (const chatId of chats) {
    outbox.put({
      chatId,
      thread,
      key: keyOf(found.stray.id),
      view: renderOffer(found, people.wordsOf(chatId)),
      class: 'notice',
      silent: true,
    });
  }
}

async function heard(state: OffersState, sessionId: string): Promise<void> {
  const { registry, strays, people } = state;
  for (let tries = 0; tries < TRIES && !state.isStopped; tries++) {
    if (registry.live().some(({ binding }) => binding?.sessionId === sessionId)) return;
    const found = (await strays.list()).find(({ live }) => live?.sessionId === sessionId);
    if (found !== undefined) return offer(state, found, people.chats);
    await new Promise((resolve) => setTimeout(resolve, TRY_MS).unref());
  }
}

async function show(
  state: OffersState,
  { chatId, thread }: Pick<Conversation, 'chatId' | 'thread'>,
): Promise<number> {
  const all = await state.strays.list();
  for (const found of all) {
    state.outbox.remove(chatId, keyOf(found.stray.id));
    offer(state, found, [chatId], thread);
  }
  return all.length;
}

function settle({ people, outbox }: OffersState, id: string, text: (words: Words) => string): void {
  for (const chatId of people.chats) {
    const view = renderNotice(text(people.wordsOf(chatId)));
    outbox.put({ chatId, thread: 'chat', key: keyOf(id), view, class: 'notice', silent: true });
  }
}

const keyOf = (stray: string): OutboxKey => outboxKey('stray', stray);
