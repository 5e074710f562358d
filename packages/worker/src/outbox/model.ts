import type { View } from '../cards/view';
import type { OutboxKey } from './keys';

declare const brand: unique symbol;

/**
 * A topic of a chat, by its `message_thread_id`, or {@link NO_THREAD}. A number is none, so that nobody can forget to ask
 * where a view stands.
 */
export type Thread = number & { readonly [brand]: 'thread' };

/** The chat itself, outside of all topics. */
export const NO_THREAD = 0 as Thread;

/** The thread that Telegram, or a stored row, names; anything but a positive integer is the chat itself. */
export function threadOf(id: number | undefined): Thread {
  return id !== undefined && Number.isSafeInteger(id) && id > 0 ? (id as Thread) : NO_THREAD;
}

/**
 * What a chat should show under a key. Rooms never send: they queue a view, the newest view under a key replaces the
 * one that waits, and one drain a chat makes the calls at Telegram's pace.
 */
export interface QueuedView {
  chatId: number;
  /** Where its new messages stand; edits stay where their messages are. */
  thread: Thread;
  /** It answers a message of `thread`: its messages in other threads are deleted, and sent again in this one. */
  moves?: true;
  /** Identity of the thing shown; its messages are edited, added and deleted to match the view. An empty view deletes them. */
  key: OutboxKey;
  view: View;
  /**
   * - `ask` is sent before everything else that waits in the chat.
   * - `answer` is never lost and never replaced (its key must be unique); sent again after an unknown outcome, it says
   *   that it may be a repetition.
   * - `card` is live: a newer state replaces an older one.
   * - `notice` is like `answer`, without the mark.
   */
  class: 'ask' | 'answer' | 'card' | 'notice';
  /**
   * May wait: the time, how other sessions stand, a text in the making. It is sent when nothing else waits and there is
   * room to spare. A minor view that replaces a waiting one that is not minor is not minor either.
   */
  minor?: boolean;
  /** The session it belongs to: a reply to its messages goes there. */
  session?: string;
  /**
   * How its secrets are masked; absent: as everywhere. `request`: only runs of a secret's own letters, because the view
   * shows what would run. `none`: not at all, because the user wants to see them.
   */
  masks?: 'request' | 'none';
  /** New messages make no sound. */
  silent?: boolean;
  /** New messages reply to this message, where it still exists. */
  replyTo?: number;
}

/**
 * The thread of the chat to which a view goes. A thread: that of the message it answers. `session`: the one from which the
 * user of the chat last wrote to the session, chose it or started it. `chat`: the one in which that user last wrote.
 */
export type Placing =
  | { readonly thread: Thread }
  | { readonly thread: 'session'; readonly session: string }
  | { readonly thread: 'chat' };

/** A view as rooms queue it. */
export type NewView = Omit<QueuedView, 'thread' | 'moves'> & Placing;

/**
 * What this database knows of one of the bot's messages. `sending`: nothing, but a send is under way whose message has no
 * recorded id yet. `unknown`: another database posted it, or it was forgotten.
 */
export type MessageStanding = 'posted' | 'sending' | 'unknown';

/** How a queued view ended. */
export interface Settled {
  /** Everything is in the chat, a refused file as words in its place. */
  shown: boolean;
  /** Why it was dropped. */
  why?: string;
  /** How many files are in the chat. Words in place of a file are none, whenever they took it. */
  files: number;
  /** The files that could not be sent, counted from 0 among the files of the view, and what their place says. */
  missing: readonly { file: number; why: string }[];
}
