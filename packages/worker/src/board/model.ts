import type { CardLook } from '../cards/look';
import type { Rich } from '../cards/view';
import type { QueuedView } from '../outbox/model';
import type { Settings } from '../store/settings';
import type { WordsOf } from '../words/words';
import type { Session } from '../sessions/model';
import type { OutboxKey } from '../outbox/keys';

/** A page of a session's past on a card. */
export interface Page {
  /** Where in the transcript the turn begins, and which of its pages it is. */
  at: number;
  part: number;
  /** What is on it; absent after a restart: the message stays as it is until another page is chosen. */
  rich?: Rich;
  /** `page 2 of 5`; empty: it is the only one. */
  line: Rich;
  newer: boolean;
}

/** What the board is given. */
export interface BoardDeps {
  /** Puts a wish into the outbox; part of the running transaction. */
  put(wanted: QueuedView): void;
  /** The chats of the people who may use ccbot. */
  chats: readonly number[];
  live(): readonly Session[];
  settings: Pick<Settings, 'get' | 'set'>;
  /** Whether the text that a session's agent is writing is shown as a draft in a chat, and need not be on its card. */
  drafts(chatId: number): boolean;
  /** Whether a session waits for an answer of the person. */
  asks(session: Session): boolean;
  /** Whether its agent can begin anew with an empty context. */
  clears(session: Session): boolean;
  /** The most lines of a panel. */
  panelMax: number;
  wordsOf: WordsOf;
  /** The name of a person, for the others. */
  nameOf(chatId: number): string;
  /** How a chat's cards look. */
  lookOf(chatId: number): CardLook;
  now(): number;
}

/**
 * What each chat sees of the sessions: one card, of the session that it writes to, with the others at its foot; the
 * finished turns of that session in full; of the others short messages. The only one who writes cards.
 */
export interface Board {
  /** The session's card has changed; `minor`: only in what may wait. */
  show(session: Session, minor?: boolean): void;
  /** A turn of it began. */
  begin(session: Session): void;
  /** A turn of it has ended, or something of it came late. */
  finish(session: Session): void;
  /** Nothing of it is to be watched any more. */
  hide(session: Session): void;
  /** It stands otherwise: what other chats' panels tell of it. */
  stir(session: Session): void;
  /** Time has passed while some agent works: cards on which nothing else has changed lately tell the time anew. */
  beat(): void;
  /** A person wrote in a chat: the card comes anew below that. */
  spoken(chatId: number): void;
  /** Shows the chat's session: where the card is when that is `there`, else below all else. */
  open(chatId: number, there: boolean): void;
  /** Shows a page of the past of the chat's session; undefined: what it does now. */
  turn(chatId: number, page: Page | undefined): void;
  more(chatId: number, on: boolean): void;
  /** The key of the chat's card. */
  key(chatId: number): OutboxKey;
  /** The chats of the people who have to do with a session. See `watchersOf`. */
  watchers(session: Session): number[];
  /** The chats that what a session waits for is put before. See `respondersOf`. */
  responders(session: Session): number[];
  /** The chats of all people. */
  chats: readonly number[];
  /** Whether a chat writes to the session. */
  watched(id: string): boolean;
  /** The session that a chat writes to, where it is live. */
  active(chatId: number): Session | undefined;
}
