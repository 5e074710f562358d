/**
 * A token bucket. Telegram takes about one message a second in a chat, with short bursts, and about 30 a second over all
 * chats (measured on the Bot API); edits count.
 */
export interface Bucket {
  tokens: number;
  /** When it was last filled, ms. */
  at: number;
}

export interface Rate {
  /** The most tokens it holds. */
  burst: number;
  /** Tokens added in a second. */
  perSecond: number;
}

/** One chat: after a quiet moment a few calls at once, then one a second. */
export const CHAT_RATE: Rate = { burst: 4, perSecond: 1 };

/** All chats together. */
export const GLOBAL_RATE: Rate = { burst: 30, perSecond: 30 };

export function fullBucket(rate: Rate, at: number): Bucket {
  return { tokens: rate.burst, at };
}

/** How long until there are `cost` tokens, ms; 0: now. */
export function waitFor(bucket: Bucket, rate: Rate, at: number, cost = 1): number {
  const { tokens } = filled(bucket, rate, at);
  return tokens >= cost ? 0 : Math.ceil(Math.round(((cost - tokens) / rate.perSecond) * 1e6) / 1e3);
}

/** The bucket after a call that shows `cost` messages. */
export function spend(bucket: Bucket, rate: Rate, at: number, cost = 1): Bucket {
  const { tokens } = filled(bucket, rate, at);
  return { tokens: tokens - cost, at };
}

/** The bucket after the clock was set back: it holds what it held, and fills from `at` on. */
export function rebased(bucket: Bucket, at: number): Bucket {
  return bucket.at > at ? { ...bucket, at } : bucket;
}

function filled(bucket: Bucket, rate: Rate, at: number): Bucket {
  const elapsed = Math.max(0, at - bucket.at); // a clock set back adds nothing
  return { tokens: Math.min(rate.burst, bucket.tokens + (elapsed / 1_000) * rate.perSecond), at };
}
