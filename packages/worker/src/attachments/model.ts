import type { RenderedPart } from './render';

/**
 * Where a parcel stands: its files are on their way; it waits for an earlier one; the agent's queue has it; or nothing
 * of it was left to hand over.
 */
export type ParcelState = 'preparing' | 'ready' | 'handed' | 'void';

/** What a person sent to one session as one prompt. `id` is its first update's. */
export interface Parcel {
  id: number;
  chatId: number;
  session: string;
  /** The message that reactions and answers go to. */
  messageId: number;
  parts: readonly RenderedPart[];
  /** BCP 47 tag of the person's client. */
  language?: string;
  state: ParcelState;
  /** When it came, ms since the epoch. */
  at: number;
}

/** The parcels on disk, and the files that came with them. */
export interface Parcels {
  /** False when it is there already. */
  add(parcel: Parcel): boolean;
  get(id: number): Parcel | undefined;
  /** The parcel that a message of a chat is part of. */
  ofMessage(chatId: number, messageId: number): Parcel | undefined;
  /** The oldest one of a session that is not handed over. */
  next(session: string): Parcel | undefined;
  /** Those whose files are on their way, oldest first. */
  preparing(): Parcel[];
  /** Sessions with parcels that are not handed over. */
  sessions(): string[];
  mark(id: number, state: ParcelState): void;
  /** Writes what it holds. */
  rewrite(parcel: Parcel): void;
  /** Notes that a file of a parcel lies, or will lie, at `path`; false when the path is taken by another. */
  reserve(path: string, parcel: number, at: number): boolean;
  /** Files that came before `before`. */
  expired(before: number): string[];
  forget(path: string): void;
  /** Forgets parcels that were settled and came before `before`. */
  purge(before: number): void;
}
