/** A chat's card as it is kept on disk. */
export interface Kept {
  /** Counts the messages that were the card: its key. */
  n: number;
  /** It is in the chat. */
  up: boolean;
  session?: string;
  /** The person has written below it: it comes anew there. */
  stale?: true;
  page?: { at: number; part: number };
  more?: true;
}

/** A card that shows what its session does now; `keys`: with the row of further keys as it was. */
export function without(kept: Kept, keys = false): Kept {
  const { page, more, ...rest } = kept;
  void page;
  return keys && more !== undefined ? { ...rest, more } : rest;
}
