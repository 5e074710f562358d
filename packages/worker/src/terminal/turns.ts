/** Runs work in turns: tasks under the same key run one after the other, in the order of the calls. */
export interface Turns {
  /** Runs `work` once all earlier work under the key has ended, in success or failure. Settles as `work` does. */
  take<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Resolves when what was added under the key before has ended. */
  over(key: string): Promise<void>;
  /** Resolves when no work is left, including work that is added meanwhile. */
  idle(): Promise<void>;
}

export function createTurns(): Turns {
  /** The end of the last work under each key; a key is removed when its work is done. */
  const last = new Map<string, Promise<void>>();
  return {
    take(key, work) {
      const result = (last.get(key) ?? Promise.resolve()).then(work);
      const settled: Promise<void> = result
        .then(
          () => undefined,
          () => undefined, // the caller gets the failure from `result`
        )
        .then(() => {
          if (last.get(key) === settled) last.delete(key);
        });
      last.set(key, settled);
      return result;
    },
    async over(key) {
      await last.get(key);
    },
    async idle() {
      while (last.size > 0) await Promise.all(last.values());
    },
  };
}
