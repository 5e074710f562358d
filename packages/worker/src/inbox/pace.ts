/** How many messages a user may still send at once. */
export interface Allowance {
  left: number;
  /** When that was so, ms since the epoch. */
  at: number;
}

/**
 * Takes one message out of a user's allowance, which refills evenly to `perMinute` within a minute. `at` is when the
 * message was written, not when it arrived: messages that waited through an outage of ccbot are no flood.
 */
export function takeOne(
  allowance: Allowance | undefined,
  at: number,
  perMinute: number,
): { allowance: Allowance; admitted: boolean } {
  if (allowance === undefined) return { allowance: { left: perMinute - 1, at }, admitted: true };
  // Messages of the same second arrive in any order: time never runs back.
  const passedMs = Math.max(0, at - allowance.at);
  const left = Math.min(perMinute, allowance.left + (passedMs * perMinute) / 60_000);
  const latest = Math.max(at, allowance.at);
  if (left < 1) return { allowance: { left, at: latest }, admitted: false };
  return { allowance: { left: left - 1, at: latest }, admitted: true };
}
