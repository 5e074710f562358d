import type { RenderedPart } from './render';

/**
 * Where a parcel stands: its files are on their way; it waits for an earlier one; the agent's queue has it; or nothing
 * of it was left to hand over.
 */
export type AttachmentState = 'preparing' | 'ready' | 'handed' | 'void';

/** What a person sent to one session as one prompt. `id` is its first update's. */
export interface Attachment {
  id: number;
  chatId: number;
  session: string;
  /** The message that reactions and answers go to. */
  messageId: number;
  parts: readonly RenderedPart[];
  /** BCP 47 tag of the person's client. */
  language?: string;
  state: AttachmentState;
  /** When it came, ms since the epoch. */
  at: number;
}

/** The attachments on disk, and the files that came with them. */
export interface AttachmentStore {
  /** False when it is there already. */
  add(parcel: Attachment): boolean;
  get(id: number): Attachment | undefined;
  /** The parcel that a message of a chat is part of. */
  ofMessage(chatId: number, messageId: number): Attachment | undefined;
  /** The oldest one of a session that is not handed over. */
  next(session: string): Attachment | undefined;
  /** Those whose files are on their way, oldest first. */
  preparing(): Attachment[];
  /** Sessions with attachments that are not handed over. */
  sessions(): string[];
  mark(id: number, state: AttachmentState): void;
  /** Writes what it holds. */
  rewrite(parcel: Attachment): void;
  /** Notes that a file of a parcel lies, or will lie, at `path`; false when the path is taken by another. */
  reserve(path: string, parcel: number, at: number): boolean;
  /** Files that came before `before`. */
  expired(before: number): string[];
  forget(path: string): void;
  /** Forgets attachments that were settled and came before `before`. */
  purge(before: number): void;
}
