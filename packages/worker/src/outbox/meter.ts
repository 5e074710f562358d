import { CHAT_RATE, fullBucket, GLOBAL_RATE, rebased, spend, waitFor, type Bucket, type Rate } from './pace';
import type { Call } from './call';
import type { QueuedView } from './model';

/**
 * The pace of a call: edits of a live card have their own, and so have minor ones. `tidy`: buttons are moved. `free`: a
 * message is removed, which Telegram's limit does not count.
 */
export type Pace = 'message' | 'tidy' | 'card' | 'minor' | 'free';

/**
 * What a call leaves in each bucket: after an edit of a card, two messages can still be sent at once (three, if the chat
 * was quiet for a second), and after a minor call also the next edit.
 */
const SPARE: Readonly<Record<Exclude<Pace, 'free'>, { chat: number; all: number }>> = {
  message: { chat: 0, all: 0 },
  tidy: { chat: 2, all: GLOBAL_RATE.burst / 3 },
  card: { chat: 2, all: GLOBAL_RATE.burst / 3 },
  minor: { chat: 3, all: GLOBAL_RATE.burst / 2 },
};

/** Counts what was sent, and knows how long the next call must wait. */
export interface Meter {
  /** How long a call in the chat must wait, ms. */
  due(chatId: number, pace: Pace, at: number): number;
  /** Counts a call that shows `messages` messages. */
  count(chatId: number, messages: number, pace: Pace, at: number): void;
}

/** The pace of a call for a view. */
export function paceOf(queued: QueuedView, call: Call['do']): Pace {
  if (queued.class === 'card' && call === 'delete') return 'free';
  if (queued.minor === true) return 'minor';
  return queued.class === 'card' ? 'card' : 'message';
}

/** `cardLagOf`: the least time between two edits of a chat's live card, ms; `chatRate`: what one chat takes. */
export function createMeter(
  cardLagOf: (chatId: number) => number,
  startedAt: number,
  chatRate: Rate = CHAT_RATE,
): Meter {
  const buckets = new Map<number, Bucket>();
  const last = { card: new Map<number, number>(), minor: new Map<number, number>() };
  let allChats = fullBucket(GLOBAL_RATE, startedAt);
  const bucketOf = (chatId: number, at: number): Bucket => buckets.get(chatId) ?? fullBucket(chatRate, at);

  /** After the clock was set back, nothing waits until it catches up, which can take days. */
  function follow(chatId: number, at: number): void {
    allChats = rebased(allChats, at);
    buckets.set(chatId, rebased(bucketOf(chatId, at), at));
    for (const edits of [last.card, last.minor]) if ((edits.get(chatId) ?? 0) > at) edits.set(chatId, at);
  }

  /** A minor call keeps its distance from every edit of the card, an edit that is not minor from its own kind only. */
  function lagLeft(chatId: number, pace: Pace, at: number): number {
    if (pace !== 'card' && pace !== 'minor') return 0;
    const before = Math.max(last.card.get(chatId) ?? 0, pace === 'minor' ? (last.minor.get(chatId) ?? 0) : 0);
    return before + cardLagOf(chatId) - at;
  }

  return {
    due(chatId, pace, at) {
      follow(chatId, at);
      if (pace === 'free') return 0;
      const spare = SPARE[pace];
      return Math.max(
        0,
        waitFor(bucketOf(chatId, at), chatRate, at, 1 + spare.chat),
        waitFor(allChats, GLOBAL_RATE, at, 1 + spare.all),
        lagLeft(chatId, pace, at),
      );
    },
    count(chatId, messages, pace, at) {
      if (pace === 'free') return;
      buckets.set(chatId, spend(bucketOf(chatId, at), chatRate, at, messages));
      allChats = spend(allChats, GLOBAL_RATE, at, messages);
      if (pace === 'card' || pace === 'minor') last[pace].set(chatId, at);
    },
  };
}
