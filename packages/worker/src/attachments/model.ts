import type { RenderedPart } from './render';
import type { MessagePart } from '../inbox/model';
import type { Thread } from '../outbox/model';

/** Where an attachment is on its way. The names are stored. */
export type AttachmentState =
  /** Its files are being fetched. */
  | 'preparing'
  /** It waits for an earlier attachment of its session. */
  | 'ready'
  /** It is queued as a prompt. */
  | 'handed'
  /** Nothing of it was left to queue. */
  | 'void';

/** What a user sent to one session as one prompt. `id` is its first update's. */
export interface Attachment {
  id: number;
  chatId: number;
  /** Empty: it is kept until its chat has a session. */
  session: string;
  /** The message that reactions and answers go to. */
  messageId: number;
  parts: readonly RenderedPart[];
  /** BCP 47 tag of the user's client. */
  language?: string;
  state: AttachmentState;
  /** When it arrived, ms since the epoch. */
  at: number;
}

/** The attachments on disk, and the files that came with them. */
export interface AttachmentStore {
  /** False when it is stored already. */
  add(attachment: Attachment): boolean;
  get(id: number): Attachment | undefined;
  /** The attachment that a message of a chat is part of. */
  ofMessage(chatId: number, messageId: number): Attachment | undefined;
  /** The users' messages that are part of attachments, newest first, `most` at most. `at`: when they came, ms since the epoch. */
  newestMessages(most: number): { chatId: number; message: number; at: number }[];
  /** The oldest attachment of a session that is not queued yet. */
  next(session: string): Attachment | undefined;
  /** Attachments of a chat that wait for a session, oldest first. */
  kept(chatId: number): Attachment[];
  /** Chats with such attachments. */
  chatsKeeping(): number[];
  /** Gives a kept attachment its session; `at` counts as its arrival. */
  address(id: number, session: string, at: number): void;
  /** Attachments with a session whose files are being fetched, oldest first. */
  preparing(): Attachment[];
  /** Sessions with attachments that are not queued yet. */
  sessions(): string[];
  mark(id: number, state: AttachmentState): void;
  /** Writes message, parts and language. */
  rewrite(attachment: Attachment): void;
  /** Records that a file of an attachment lies, or will lie, at `path`; false when another file has that path. */
  reserve(path: string, id: number, at: number): boolean;
  /** Paths of files that were reserved before `before`. */
  expired(before: number): string[];
  forget(path: string): void;
  /** Deletes settled attachments that arrived before `before`. */
  purge(before: number): void;
}

/** What became of a text that the user wants as a file. */
export type Saved = 'saved' | 'gone';

/** A message for a session. `id` is its first update's. */
export interface Message {
  id: number;
  chatId: number;
  session: string;
  messageId: number;
  parts: readonly MessagePart[];
  /** BCP 47 tag of the user's client. */
  language?: string;
}

/** Takes what a user writes to an agent, and brings it into the session's queue in order. */
export interface MessageTaker {
  /** Takes a message durably; accepted again after a crash, it stays one message. */
  accept(message: Message): void;
  /** The user changed a message. */
  edit(
    where: { chatId: number; thread: Thread },
    messageId: number,
    edited: Pick<MessagePart, 'text' | 'unmarked' | 'own'>,
  ): void;
  /** Saves a message that was not typed as a file of its session; see {@link Saved}. */
  save(chatId: number, prompt: number): Promise<Saved>;
}
