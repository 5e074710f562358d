import * as z from 'zod/mini';
import type { Thread } from '../outbox/model';
import { parseRow, parseStored, type RowFormat } from '../store/json';
import type { Settings } from '../store/settings';

/** What is stored of a chat's card. */
export interface CardState {
  /** Counts the messages that have been the card; part of its outbox key. */
  n: number;
  /** The card is in the chat. */
  up: boolean;
  session?: string;
  /** Its thread; absent: the chat itself. */
  thread?: Thread;
  /** The user has written below the card, so it is drawn again below that message. */
  stale?: true;
  /** The page of the past that it shows instead of the present. */
  page?: { at: number; part: number };
  /** The second row of buttons is shown. */
  more?: true;
}

const format: RowFormat<CardState> = {
  version: 1,
  schema: z.object({
    n: z.number(),
    up: z.boolean(),
    session: z.exactOptional(z.string()),
    thread: z.exactOptional(z.custom<Thread>((thread) => Number.isSafeInteger(thread))),
    stale: z.exactOptional(z.literal(true)),
    page: z.exactOptional(z.object({ at: z.number(), part: z.number() })),
    more: z.exactOptional(z.literal(true)),
  }),
};

const NO_CARD: CardState = { n: 0, up: false };

const turn = z.number();

/** The cards of the chats, on disk. */
export interface CardStore {
  /** A card that cannot be read counts as none. */
  get(chatId: number): CardState;
  set(chatId: number, state: CardState): void;
  /** The turn of a session that its author asked for while writing to another session. */
  asideTurn(session: string): number | undefined;
  setAsideTurn(session: string, turn: number): void;
}

export function createCardStore(settings: Pick<Settings, 'get' | 'set'>): CardStore {
  return {
    get(chatId) {
      const text = settings.get(`chat:${chatId}`, 'card');
      const parsed = text === undefined ? undefined : parseRow(format, text);
      return parsed?.ok === true ? parsed.value : NO_CARD;
    },
    set: (chatId, state) => settings.set(`chat:${chatId}`, 'card', JSON.stringify(state)),
    asideTurn(session) {
      const text = settings.get(`session:${session}`, 'aside');
      const parsed = text === undefined ? undefined : parseStored(turn, text);
      return parsed?.ok === true ? parsed.value : undefined;
    },
    setAsideTurn: (session, number) => settings.set(`session:${session}`, 'aside', String(number)),
  };
}

/** The card when it shows the present again, with the second row of buttons as it was. */
export function withoutPage({ page: _page, ...state }: CardState): CardState {
  return state;
}

/** The card when it shows the present again, with the second row of buttons hidden. */
export function plainCard({ page: _page, more: _more, ...state }: CardState): CardState {
  return state;
}

/** The card of a chat whose last one was removed: a new message, not an edit of the old one. */
export function removedCard({ n }: CardState): CardState {
  return { n: n + 1, up: false };
}
