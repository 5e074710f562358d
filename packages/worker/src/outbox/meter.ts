import { CHAT_RATE, fullBucket, GLOBAL_RATE, rebased, spend, waitFor, type Bucket } from './pace';
import type { QueuedView } from './model';

/** At which pace a call goes: edits of a live card have one of their own, and so have those of little weight. */
export type Pace = 'message' | 'card' | 'minor';

/** What is left of a bucket behind a call of little weight: the next one that tells something finds room at once. */
const SPARE = { chat: 1, all: GLOBAL_RATE.burst / 2 };

/** Counts what was sent, and tells how long the next call has to wait. */
export interface Meter {
  /** How long a call in the chat has to wait, ms. */
  due(chatId: number, pace: Pace, at: number): number;
  /** A call that shows so many messages is made. */
  count(chatId: number, messages: number, pace: Pace, at: number): void;
}

/** The pace of the calls that bring a wish about. */
export function paceOf(wanted: QueuedView): Pace {
  if (wanted.minor === true) return 'minor';
  return wanted.class === 'card' ? 'card' : 'message';
}

/** Nothing was sent yet. `cardLagOf`: the least time between two edits of a chat's live card, ms. */
export function createMeter(cardLagOf: (chatId: number) => number, startedAt: number): Meter {
  const buckets = new Map<number, Bucket>();
  const last = { card: new Map<number, number>(), minor: new Map<number, number>() };
  let everybody = fullBucket(GLOBAL_RATE, startedAt);
  const bucketOf = (chatId: number, at: number): Bucket => buckets.get(chatId) ?? fullBucket(CHAT_RATE, at);

  /** After the clock was set back nothing waits for it to catch up, which can take days. */
  function follow(chatId: number, at: number): void {
    everybody = rebased(everybody, at);
    buckets.set(chatId, rebased(bucketOf(chatId, at), at));
    for (const edits of [last.card, last.minor]) if ((edits.get(chatId) ?? 0) > at) edits.set(chatId, at);
  }

  /** One of little weight keeps its distance from every edit of the card; the others only from their like. */
  function lagLeft(chatId: number, pace: Pace, at: number): number {
    if (pace === 'message') return 0;
    const before = Math.max(last.card.get(chatId) ?? 0, pace === 'minor' ? (last.minor.get(chatId) ?? 0) : 0);
    return before + cardLagOf(chatId) - at;
  }

  return {
    due(chatId, pace, at) {
      follow(chatId, at);
      const spare = pace === 'minor' ? SPARE : { chat: 0, all: 0 };
      return Math.max(
        0,
        waitFor(bucketOf(chatId, at), CHAT_RATE, at, 1 + spare.chat),
        waitFor(everybody, GLOBAL_RATE, at, 1 + spare.all),
        lagLeft(chatId, pace, at),
      );
    },
    count(chatId, messages, pace, at) {
      buckets.set(chatId, spend(bucketOf(chatId, at), CHAT_RATE, at, messages));
      everybody = spend(everybody, GLOBAL_RATE, at, messages);
      if (pace !== 'message') last[pace].set(chatId, at);
    },
  };
}
