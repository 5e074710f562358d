/** Whether files are watched as they should be, or looked at because the system has no watch left. */
export interface WatchHealth {
  /** Something is looked at, or no longer. */
  polling(isPolling: boolean): void;
  /** How many watches are missing now. */
  missing(): number;
  /** Calls `listener` whenever the first one is missing. */
  listen(listener: () => void): void;
}

export function createWatchHealth(): WatchHealth {
  const state = { missing: 0, listeners: [] as (() => void)[] };
  return {
    polling(isPolling) {
      state.missing += isPolling ? 1 : -1;
      if (isPolling && state.missing === 1) for (const listener of state.listeners) listener();
    },
    missing: () => state.missing,
    listen: (listener) => void state.listeners.push(listener),
  };
}
