import type { KeptFile } from '../cards/view';
import type { Store } from '../store/open';
import type { Stored } from '../store/room';
import type { ViewQueue } from './store';
import type { BotApi } from '../telegram/api';
import type { Rows } from './footer';
import type { RichMessages } from './rich-messages';
import type { OutboxKey } from './keys';
import type { Settled, QueuedView } from './model';
import type { WordsOf } from '../words/words';

/** What the outbox is given. */
export interface OutboxDeps {
  wordsOf: WordsOf;
  store: Store;
  views: ViewQueue;
  api: BotApi;
  /** Where files are kept until they are sent; made when it is not there. */
  filesDir: string;
  /** The least time between two edits of a live card, ms. */
  cardLagMs(chatId: number): number;
  /** Whether rich messages are used; absent: they are not. */
  rich?: RichMessages;
  /** Masks what must not be shown; asked of every wish before it is kept. */
  redact?(wanted: QueuedView): QueuedView;
  /** Whether a message is to make no sound, where its wish does not say; asked when it is sent. */
  quiet?(wanted: QueuedView): boolean;
  /** The rows of buttons under the newest message of a chat; asked whenever they may have changed. */
  foot?(chatId: number): Rows;
  /** Telegram is about to be called for a wish. */
  onCall?(wanted: QueuedView): void;
  /** Does what writes to the store once there is room. */
  stored: Stored;
  now(): number;
  /** In [0, 1), for jitter. */
  chance(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** The one way out to the chats. */
export interface Outbox {
  /** Notes a wish; part of the running transaction, where there is one. A file it names is copied before this returns. */
  put(wanted: QueuedView): void;
  /** Copies a large file beforehand, for one wish, without holding up anything else. Rejects with what the file system says. */
  keep(path: string): Promise<KeptFile>;
  /** Takes back copies that no wish will need. */
  discard(kept: readonly KeptFile[]): void;
  /** Hears once what became of the wish under a key; not over a restart. */
  onSettled(chatId: number, key: OutboxKey, listener: (how: Settled) => void): void;
  /** Begins to bring about what is on disk. */
  start(): void;
  /** What stands under the newest message of a chat may be another one now. */
  stir(chatId: number): void;
  /** The key of a message of the bot's, and the session that it is of. */
  messageOf(chatId: number, message: number): { key: OutboxKey; session?: string } | undefined;
  /** The person wrote: whoever had blocked the bot has not any more. */
  reached(chatId: number): void;
  /** Ends the waiting circle on a tapped button. Not kept: after 15 seconds Telegram takes no answer. */
  answerTap(queryId: string, text?: string): void;
  /** Shows that something goes on, or a reaction on a message: not kept, a miss does no harm. */
  hint(method: 'sendChatAction' | 'setMessageReaction', payload: Record<string, unknown>): void;
  depth(): number;
  /** Calls that succeeded since the start. */
  sent(): number;
  /** Resolves with true when nothing is wanted any more, or with false at the deadline. */
  flush(deadlineMs: number): Promise<boolean>;
  /** Ends every wait; what is not brought about stays on disk. */
  stop(): Promise<void>;
}
