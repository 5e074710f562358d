import { CHAT_RATE, fullBucket, GLOBAL_RATE, rebased, spend, waitFor, type Bucket } from './pace';

/** Counts what was sent, and tells how long the next call has to wait. */
export interface Meter {
  /** How long a call in the chat has to wait, ms; `card`: an edit of a live card, which has a pace of its own. */
  due(chatId: number, card: boolean, at: number): number;
  /** A call that shows so many messages is made. */
  count(chatId: number, messages: number, card: boolean, at: number): void;
}

/** Nothing was sent yet. `cardLagOf`: the least time between two edits of a chat's live card, ms. */
export function createMeter(cardLagOf: (chatId: number) => number, startedAt: number): Meter {
  const buckets = new Map<number, Bucket>();
  const lastCard = new Map<number, number>();
  let everybody = fullBucket(GLOBAL_RATE, startedAt);
  const bucketOf = (chatId: number, at: number): Bucket => buckets.get(chatId) ?? fullBucket(CHAT_RATE, at);

  /** After the clock was set back nothing waits for it to catch up, which can take days. */
  function follow(chatId: number, at: number): void {
    everybody = rebased(everybody, at);
    buckets.set(chatId, rebased(bucketOf(chatId, at), at));
    if ((lastCard.get(chatId) ?? 0) > at) lastCard.set(chatId, at);
  }

  return {
    due(chatId, card, at) {
      follow(chatId, at);
      const cardLagMs = cardLagOf(chatId);
      const lag = card ? (lastCard.get(chatId) ?? 0) + cardLagMs - at : 0;
      return Math.max(
        0,
        waitFor(bucketOf(chatId, at), CHAT_RATE, at),
        waitFor(everybody, GLOBAL_RATE, at),
        lag,
      );
    },
    count(chatId, messages, card, at) {
      buckets.set(chatId, spend(bucketOf(chatId, at), CHAT_RATE, at, messages));
      everybody = spend(everybody, GLOBAL_RATE, at, messages);
      if (card) lastCard.set(chatId, at);
    },
  };
}
