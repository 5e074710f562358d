/** The rate at which a chat accepts messages. */
export interface Pace {
  /** Messages that may arrive at once. */
  burst: number;
  /** Sustained messages a second. */
  perSecond: number;
}

/** Telegram's pace for one private chat: about a message a second, short bursts tolerated (its Bots FAQ). */
export const TELEGRAM_PACE: Pace = { burst: 5, perSecond: 1 };

/** The token bucket of one chat; it refills over time. */
export interface Bucket {
  tokens: number;
  /** ms since the epoch. */
  at: number;
}

/** Takes a token for one message. `retryAfter`: whole seconds to wait when the bucket was empty, else 0. */
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

/** Whether the rate limit counts calls of this method. */
export function isPaced(method: string): boolean {
  return /^(?:send|editMessage)/.test(method) && method !== 'sendChatAction' && method !== 'sendMessageDraft';
}
