declare const brand: unique symbol;

/**
 * Identity of one thing shown in a chat. Made here only, so that a plain string is no key. Keys are stored in the
 * database: their text must not change from one version to the next.
 */
export type OutboxKey = string & { readonly [brand]: 'outbox key' };

/** The key of a thing that only one room shows: its name and what tells it from others of that name. */
export function outboxKey(name: string, ...parts: readonly (string | number)[]): OutboxKey {
  return [name, ...parts].join(':') as OutboxKey;
}

/** A key that was stored. */
export function storedKey(text: string): OutboxKey {
  return text as OutboxKey;
}

/** The keys that several rooms know. Sessions, prompts and requests are named by their ids, messages by theirs. */
export const keys = {
  /** The live card of a chat; `n` grows each time the card moves down. */
  card: (n: number) => outboxKey('card', n),
  /** The finished view of one turn. */
  turn: (session: string, turn: number) => outboxKey('turn', session, turn),
  /** The short message about a turn of a session that the chat does not write to. */
  push: (session: string, turn: number) => outboxKey('push', session, turn),
  silent: (session: string, at: number) => outboxKey('silent', session, at),
  /** The screen with its keys; `n` grows each time it moves down. */
  screen: (session: string, n: number) => outboxKey('screen', session, n),
  /** An agent's request; `shown` counts how often it moved down. */
  request: (id: number, shown: number) => (shown === 0 ? outboxKey('ask', id) : outboxKey('ask', id, shown)),
  /** The file with all of a request that is longer than a message. */
  requestFile: (id: number, shown: number) => outboxKey('ask-file', id, shown),
  /** The limit that a session ran into at `at`, ms since the epoch. */
  limited: (session: string, at: number) => outboxKey('limited', session, at),
  /** The message at the reset of that limit. */
  limitedOver: (session: string, at: number) => outboxKey('limited', session, at, 'over'),
  /** A prompt that waits, that may not have arrived, and that could not be typed. */
  held: (prompt: number) => outboxKey('held', prompt),
  uncertain: (prompt: number) => outboxKey('uncertain', prompt),
  /** A prompt that may not be typed into its session. */
  refused: (prompt: number) => outboxKey('refused', prompt),
  failed: (prompt: number, at: number) => outboxKey('failed', prompt, at),
  /** The `n`th answer to one update. */
  say: (update: number, n: number) => outboxKey('say', update, n),
  /** What happened to a session, such as `died`. */
  session: (what: 'died' | 'closed' | 'left' | 'killed' | 'archived', session: string, at: number) =>
    outboxKey(what, session, at),
  /** An agent that runs without a window, since `at`, ms since the epoch. */
  missing: (session: string, at: number) => outboxKey('missing', session, at),
  /** Sessions that were found, or lost, at the start of the program. */
  found: (at: number) => outboxKey('found', at),
  lost: (at: number) => outboxKey('lost', at),
  /** A file that went to the chat, and one that it was offered. */
  file: (id: string | number) => outboxKey('file', id),
  offer: (id: string) => outboxKey('offer', id),
} as const;
