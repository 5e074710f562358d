/** Work in turns: what is asked for under one key runs one after the other, in the order it was asked for. */
export interface Turns {
  /** Runs `work` when all earlier work under the key has ended, however it ended. Settles as `work` does. */
  take<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** Makes an empty set of turns; a key costs nothing once its work is done. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<void>>();
  return {
    take(key, work) {
      const mine = (last.get(key) ?? Promise.resolve()).then(work);
      const settled: Promise<void> = mine
        .then(
          () => undefined,
          () => undefined, // told to the caller of `mine`
        )
        .then(() => {
          if (last.get(key) === settled) last.delete(key);
        });
      last.set(key, settled);
      return mine;
    },
    async idle() {
      while (last.size > 0) await Promise.all(last.values());
    },
  };
}
