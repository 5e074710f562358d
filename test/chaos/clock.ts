/** ms of the monotonic clock. */
export const now = (): number => performance.now();

/** Waits. */
export const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Looks again and again until it is so; false when it is not within `limitMs`. For what no event tells of. */
export async function until(is: () => boolean, limitMs: number, everyMs = 20): Promise<boolean> {
  for (const end = now() + limitMs; ; await delay(everyMs)) {
    if (is()) return true;
    if (now() > end) return false;
  }
}
