/** How many messages a chat takes. */
export interface Pace {
  /** Messages that may come at once. */
  burst: number;
  /** Sustained messages a second. */
  perSecond: number;
}

/** Telegram's pace for one private chat: about a message a second, short bursts tolerated (its Bots FAQ). */
export const TELEGRAM_PACE: Pace = { burst: 5, perSecond: 1 };

/** What one chat has used up: a bucket that fills again with time. */
export interface Bucket {
  tokens: number;
  /** ms since the epoch. */
  at: number;
}

/** Takes a message out of a chat's bucket: the bucket afterwards, and the whole seconds to wait when it was empty. */
export function take(
  pace: Pace,
  bucket: Bucket | undefined,
  at: number,
): { bucket: Bucket; retryAfter: number } {
  const since = bucket === undefined ? 0 : Math.max(0, at - bucket.at) / 1_000;
  const tokens = Math.min(pace.burst, (bucket?.tokens ?? pace.burst) + since * pace.perSecond);
  if (tokens >= 1) return { bucket: { tokens: tokens - 1, at }, retryAfter: 0 };
  return { bucket: { tokens, at }, retryAfter: Math.max(1, Math.ceil((1 - tokens) / pace.perSecond)) };
}

/** True for the methods that put something into a chat, and so count. */
export function counts(method: string): boolean {
  return /^(?:send|editMessage)/.test(method) && method !== 'sendChatAction' && method !== 'sendMessageDraft';
}
