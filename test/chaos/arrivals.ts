/** What has arrived so far, oldest first, for whoever waits for some of it. */
export interface Arrivals<T> {
  readonly all: readonly T[];
  add(arrived: T): void;
  /** Resolves with the first that fits, past or future; null after `limitMs`. */
  first(fits: (arrived: T) => boolean, limitMs: number): Promise<T | null>;
}

export function createArrivals<T>(): Arrivals<T> {
  const all: T[] = [];
  const waiting = new Set<() => void>();
  return {
    all,
    add(arrived) {
      all.push(arrived);
      for (const check of [...waiting]) check();
    },
    first: (fits, limitMs) =>
      new Promise((resolve) => {
        const finish = (found: T | null): void => {
          clearTimeout(timer);
          waiting.delete(check);
          resolve(found);
        };
        const check = (): void => {
          const found = all.find(fits);
          if (found !== undefined) finish(found);
        };
        const timer = setTimeout(() => finish(null), limitMs);
        waiting.add(check);
        check();
      }),
  };
}
