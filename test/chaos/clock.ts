/** ms of the monotonic clock. */
export const now = (): number => performance.now();

export const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Polls a condition for which there is no event. Resolves with false when it is not true within `limitMs`. */
export async function until(isTrue: () => boolean, limitMs: number, everyMs = 20): Promise<boolean> {
  for (const end = now() + limitMs; ; await delay(everyMs)) {
    if (isTrue()) return true;
    if (now() > end) return false;
  }
}
