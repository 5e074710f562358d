/**
 * When, ms after a message was typed, an agent that no hook speaks for is asked which session it runs: some begin
 * one only with the first prompt, and a command of their own may begin another. Under load the first comes too early.
 */
export const SEEK_MS: readonly number[] = [300, 1_000, 3_000, 10_000];

/** What seeking needs. */
export interface SeekDeps {
  /** Asks the agent of a session and binds what it says; records count from `since` on, ms since the epoch. */
  discover(id: string, since: number): Promise<void>;
  now(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** Finds the agents' own sessions where no hook tells of them. */
export interface Seeking {
  /** A message was typed: what it begins is to be found. */
  typed(id: string): void;
  /** A hook spoke: whatever changes, another one will tell. */
  heard(id: string): void;
  release(id: string): void;
  stop(): void;
}

/** Makes the seeking; it holds a timer only after a message was typed to an agent that no hook spoke for. */
export function createSeeking(deps: SeekDeps): Seeking {
  const heard = new Set<string>();
  const timers = new Map<string, NodeJS.Timeout>();

  function forget(id: string): void {
    clearTimeout(timers.get(id));
    timers.delete(id);
  }

  function next(id: string, since: number, look: number): void {
    const at = SEEK_MS[look];
    if (at === undefined) return forget(id);
    const seek = (): void => {
      deps
        .discover(id, since)
        .catch((error: unknown) =>
          deps.log('info', 'an agent could not be asked for its session', {
            session: id,
            error: String(error),
          }),
        )
        .finally(() => {
          if (timers.get(id) === timer) next(id, since, look + 1);
        });
    };
    const timer = setTimeout(seek, Math.min(at, Math.max(0, since + at - deps.now())));
    timers.set(id, timer);
  }

  return {
    typed(id) {
      if (heard.has(id)) return;
      forget(id);
      next(id, deps.now(), 0);
    },
    heard(id) {
      heard.add(id);
      forget(id);
    },
    release(id) {
      heard.delete(id);
      forget(id);
    },
    stop() {
      for (const id of [...timers.keys()]) forget(id);
    },
  };
}
