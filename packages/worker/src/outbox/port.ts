import type { FileHandle } from 'node:fs/promises';
import type { Clock } from '@ccbot/shared/clock';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { KeptFile, Rich } from '../cards/view';
import type { Store } from '../store/open';
import type { RetryWhileFull } from '../store/retry-while-full';
import type { OnBytes } from './files';
import type { ViewQueue } from './store';
import type { BotApi } from '../telegram/api';
import type { FooterOf } from './footer';
import type { RichMessages } from './rich-messages';
import type { UploadLimit } from './upload-limit';
import type { OutboxKey } from './keys';
import type { MessageStanding, NewView, Placing, QueuedView, Settled, Thread } from './model';
import type { Rate } from './pace';
import type { ChosenThreads } from './place';
import type { WordsOf } from '../words/words';

export interface OutboxDeps {
  api: BotApi;
  disk: OutboxDisk;
  policy: ViewPolicy;
  /** Called before each call to Telegram that shows a view. */
  onCall?(queued: QueuedView): void;
  clock: Clock;
  log: LogFn;
}

/** What the outbox keeps on disk. */
export interface OutboxDisk {
  store: Store;
  /** In `store`. */
  views: ViewQueue;
  /** Where files are kept until they are sent; made if missing. */
  filesDir: string;
  retryWhileFull: RetryWhileFull;
}

/** Where views stand, how they look in each chat, and how often they change. */
export interface ViewPolicy {
  threads: ChosenThreads;
  wordsOf: WordsOf;
  /** The least time between two edits of a live card, ms. */
  cardLagMs(chatId: number): number;
  /** What one chat takes; absent: what Telegram takes. */
  chatRate?: Rate;
  /** First wait after a network error, ms; absent: half a second. */
  firstWaitMs?: number;
  uploads: UploadLimit;
  /** Absent: no rich messages. */
  rich?: RichMessages;
  /** Masks credentials; called for every view before it is stored. */
  redact?(queued: QueuedView): QueuedView;
  /** Whether a message makes no sound, where its view does not say; called when it is sent. */
  quiet?(queued: QueuedView): boolean;
  /** The rows of buttons under the newest message of a chat; called whenever they may have changed. */
  footer?: FooterOf;
  /** Telegram has told us to leave a chat alone for `ms`. */
  held?(chatId: number, ms: number): void;
}

/** What the bot is shown to be doing in a chat. */
export type ChatAction = { chatId: number; action: 'typing' | 'upload_document' } & Placing;

/** The only way out to the chats. */
export interface Outbox {
  /** Queues a view, in the running transaction if there is one. A file it names is copied before this returns. */
  put(view: NewView): void;
  /**
   * Removes the messages under a key: queues its empty view. With the class `ask` the removal is sent before everything
   * else that waits in the chat.
   */
  remove(chatId: number, key: OutboxKey, kind?: 'card' | 'ask'): void;
  /**
   * Copies a large file for one view, from its open descriptor, without holding up anything else. `onBytes` sees exactly
   * what is copied. Rejects with the error of the file system, or with what `onBytes` throws.
   */
  keep(from: FileHandle, onBytes?: OnBytes): Promise<KeptFile>;
  /** The largest file that can be sent, bytes. */
  fileMax(): number;
  /** Another copy of a copy, for another view. */
  keepAgain(kept: KeptFile): Promise<KeptFile>;
  /** Deletes copies that no view will use. */
  discard(kept: readonly KeptFile[]): void;
  /** Calls `listener` once when the view under a key is shown or dropped. Forgotten at a restart. */
  onSettled(chatId: number, key: OutboxKey, listener: (how: Settled) => void): void;
  /** Starts to send what is queued on disk. */
  start(): void;
  /** The rows under the newest message of a chat may have changed. */
  footerChanged(chatId: number): void;
  /** Telegram has told another machine to leave a chat, or all of them, alone for `ms`. */
  hold(chat: number | 'all', ms: number): void;
  /** Whether a view under the key is shown in the chat, or waits to be. */
  has(chatId: number, key: OutboxKey): boolean;
  /** The key of one of the bot's messages, and its session. */
  messageOf(chatId: number, message: number): { key: OutboxKey; session?: string } | undefined;
  /** The bot's messages that this database knows, newest first, `most` at most. `at`: when they were last changed, ms since the epoch. */
  newestMessages(most: number): { chatId: number; message: number; at: number }[];
  /** What this database knows of one of the bot's messages; waits a moment for a send that is under way. */
  standingOf(chatId: number, message: number): Promise<MessageStanding>;
  /** The user wrote in a thread: they no longer block the bot, and the thread takes messages. */
  heard(chatId: number, thread: Thread): void;
  /** The thread in which a view with this placing would stand now. */
  threadOf(chatId: number, placing: Placing): Thread;
  /**
   * Ends the waiting circle of a tapped button; Telegram shows `toast` over the chat, and takes no entities for it. Not
   * stored: Telegram takes no answer after 15 seconds.
   */
  answerTap(queryId: string, toast?: Rich): void;
  /** Removes the buttons of a message that is unknown here. Not stored: they do nothing anyway. */
  removeButtons(chatId: number, message: number): void;
  /** Shows for five seconds what the bot is doing. Not stored: a missed one does no harm. */
  act(action: ChatAction): void;
  /** Shows a reaction. Not stored: a missed one does no harm. */
  hint(method: 'setMessageReaction', payload: Record<string, unknown>): void;
  /** How many views wait. */
  depth(): number;
  /** How many calls succeeded since the start. */
  sent(): number;
  /** Resolves with true when nothing waits any more, or with false at the deadline. */
  flush(deadlineMs: number): Promise<boolean>;
  /** Ends every wait. What has not been sent stays on disk. */
  stop(): Promise<void>;
}
