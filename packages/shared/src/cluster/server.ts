/**
 * The earliest NATS server that can hold a cluster. The client reads buckets and streams through consumers that it creates
 * by name and pulls from, and refuses to on an earlier one (its feature `JS_SIMPLIFICATION`).
 */
export const NATS_MIN = '2.9.4';

/** Whether a server of this version can hold a cluster. One without three numbers is of no release, so nobody knows. */
export function isNatsRecent(version: string): boolean {
  const found = numbersOf(version);
  for (const [i, number] of numbersOf(NATS_MIN).entries())
    if (found[i] !== number) return (found[i] ?? 0) > number;
  return true;
}

function numbersOf(version: string): number[] {
  return version.split('.', 3).map((part) => Number.parseInt(part, 10));
}
