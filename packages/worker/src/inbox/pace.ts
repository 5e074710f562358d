/** How many messages a person may send at once, and how many of them are left. */
export interface Allowance {
  left: number;
  /** When that was so, ms since the epoch. */
  at: number;
}

/**
 * Takes one message out of a person's allowance, which fills up evenly to `perMinute` within a minute. `at` is when
 * the message was written, not when it came: what waited for ccbot through an outage is no flood.
 */
export function takeOne(
  allowance: Allowance | undefined,
  at: number,
  perMinute: number,
): { allowance: Allowance; admitted: boolean } {
  if (allowance === undefined) return { allowance: { left: perMinute - 1, at }, admitted: true };
  // Messages of the same second come in any order: the time only goes on.
  const passedMs = Math.max(0, at - allowance.at);
  const left = Math.min(perMinute, allowance.left + (passedMs * perMinute) / 60_000);
  const later = Math.max(at, allowance.at);
  if (left < 1) return { allowance: { left, at: later }, admitted: false };
  return { allowance: { left: left - 1, at: later }, admitted: true };
}
