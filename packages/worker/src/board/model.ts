import type { CardLook } from '../cards/look';
import type { Rich } from '../cards/view';
import type { OutboxKey } from '../outbox/keys';
import type { Session } from '../sessions/model';
import type { WordsOf } from '../words/words';

/** A page of a session's past on a card. */
export interface Page {
  /** Byte offset of the turn in the transcript. */
  at: number;
  /** Which page of the turn, from 0. */
  part: number;
  /** The text of the page. Absent after a restart: the message stays as it is until the user turns the page. */
  rich?: Rich;
  /** `page 2 of 5`; empty for the only page. */
  line: Rich;
  /** There is a newer page. */
  newer: boolean;
}

/** The users as their chats see them. A user's chat has the user's id. */
export interface BoardPeople {
  /** The chats of all allowed users. */
  readonly chats: readonly number[];
  wordsOf: WordsOf;
  /** The name a user has for the other users. */
  nameOf(chatId: number): string;
  /** How a chat's cards look. */
  lookOf(chatId: number): CardLook;
}

/**
 * What each chat sees of the sessions: one live card, of the session it writes to, with the other sessions at its end;
 * the finished turns of that session in full; short notices of the others. The only writer of cards. Everything it
 * queues is part of the running transaction.
 */
export interface Board {
  /** The session's card has changed. `minor`: the edit may wait. */
  show(session: Session, minor?: boolean): void;
  /** A turn has begun. */
  begin(session: Session): void;
  /** A turn has ended, or a late part of it arrived. */
  finish(session: Session): void;
  /** Removes the session's card. */
  hide(session: Session): void;
  /** The session's state has changed: updates the panels of the chats that write to another session. */
  stir(session: Session): void;
  /** The same, of sessions of other machines. */
  stirElsewhere(): void;
  /** Time has passed while an agent works: updates the clocks of cards that were not drawn lately. */
  beat(): void;
  /** The user wrote in the chat: the next drawing moves the card below that message. */
  spoken(chatId: number): void;
  /** Shows the chat's session. `inPlace`: on the message of its card; otherwise below all messages. */
  open(chatId: number, inPlace: boolean): void;
  /** Whether this machine draws the chat's card. */
  draws(chatId: number): boolean;
  /** Another machine draws the chat's card from now on; `gone` is called when this one's is out of the chat. */
  leave(chatId: number, gone: () => void): void;
  /** This machine draws the chat's card from now on. */
  resume(chatId: number): void;
  /** Shows a page of the past of the chat's session; undefined: shows what it does now. */
  turn(chatId: number, page: Page | undefined): void;
  /** Shows or hides the second row of buttons. */
  more(chatId: number, isOn: boolean): void;
  /** The outbox key of the chat's card. */
  key(chatId: number): OutboxKey;
  /** See `watchersOf`. */
  watchers(session: Session): number[];
  /** See `respondersOf`. */
  responders(session: Session): number[];
  /** The chats of all users. */
  chats: readonly number[];
  /** The sessions that chats write to. */
  onScreen(): ReadonlySet<string>;
  /** The session that a chat writes to, if it is live. */
  active(chatId: number): Session | undefined;
}
