import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';

/**
 * When to ask an agent without hooks which session it runs, ms after a message was typed: some begin a session only with
 * the first prompt, and a command of theirs may begin another. Under load the first question comes too early.
 */
export const SEEK_MS: readonly number[] = [300, 1_000, 3_000, 10_000];

export interface SeekDeps {
  /**
   * Asks the agent of a session and binds what it reports; its records count from `since` on, ms since the epoch.
   * `mayChange`: it may run another session than before.
   */
  discover(id: string, since: number, mayChange: boolean): Promise<void>;
  /** Whether the transcript that the session is bound to exists. */
  isThere(id: string): boolean;
  now(): number;
  log: LogFn;
}

/** Finds the agents' own sessions when no hook reports them, and transcripts that are not where a hook says. */
export interface Seeking {
  /** A message was typed, which may begin a session. */
  typed(id: string): void;
  /** A hook reported the session, so another hook will report every change of it. */
  heard(id: string): void;
  release(id: string): void;
  stop(): void;
}

interface SeekState extends SeekDeps {
  /** Sessions that have hooks. */
  heard: Set<string>;
  timers: Map<string, NodeJS.Timeout>;
}

/** Holds a timer only after a message was typed, until a hook and a transcript answer for the session. */
export function createSeeking(deps: SeekDeps): Seeking {
  const state: SeekState = { ...deps, heard: new Set(), timers: new Map() };
  return {
    typed(id) {
      cancel(state, id);
      schedule(state, id, state.now(), 0);
    },
    heard(id) {
      state.heard.add(id);
    },
    release(id) {
      state.heard.delete(id);
      cancel(state, id);
    },
    stop() {
      for (const id of [...state.timers.keys()]) cancel(state, id);
    },
  };
}

function cancel({ timers }: SeekState, id: string): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
}

function schedule(state: SeekState, id: string, since: number, attempt: number): void {
  const { timers, discover, now, log } = state;
  const delayMs = SEEK_MS[attempt];
  if (delayMs === undefined) return cancel(state, id);
  const seek = (): void => {
    const hasHooks = state.heard.has(id);
    if (hasHooks && state.isThere(id)) return cancel(state, id);
    discover(id, since, !hasHooks)
      .catch((error: unknown) =>
        log('info', 'agent not asked for its session', { session: id, reason: reasonOf(error) }),
      )
      .finally(() => {
        if (timers.get(id) === timer) schedule(state, id, since, attempt + 1);
      });
  };
  const timer = setTimeout(seek, Math.min(delayMs, Math.max(0, since + delayMs - now())));
  timers.set(id, timer);
}
