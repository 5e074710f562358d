import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { Session } from '../sessions/model';
import type { Panes } from '../terminal/panes';

/** A window younger than this, ms, is not watched yet; agents take seconds to start. */
const SETTLE_MS = 300;

/**
 * A window is watched this much longer than asked, ms: a page that a command opens comes a moment after the turn during
 * which the command was typed, and no record reports it.
 */
export const LINGER_MS = 2_000;

export interface AttentionDeps {
  windows: Pick<Panes, 'watch'>;
  now(): number;
  log: LogFn;
}

/** Which windows' output is watched. */
export interface Attention {
  watch(session: Session, isOn: boolean): void;
  /** Something was typed into the window: watches it until {@link Attention.watch} says otherwise. */
  watchNow(id: string): void;
  /** While held, a window is watched whatever else is asked: a message waits for its screen to change. */
  hold(id: string, isOn: boolean): void;
  release(id: string): void;
  stop(): void;
}

interface AttentionState extends AttentionDeps {
  /** Windows that will be watched once they are old enough. */
  starting: Map<string, NodeJS.Timeout>;
  /** Windows that are watched a moment longer than asked. */
  lingering: Map<string, NodeJS.Timeout>;
  held: Set<string>;
  /** Windows that are watched only because they are held or linger. */
  unwanted: Set<string>;
}

/**
 * Watching a new window begins a moment later: tmux 3.3a loses the output of a program that ends while its output is
 * being switched on (seen in 4 of 15 that exited immediately), and just that output must be reported.
 */
export function createAttention(deps: AttentionDeps): Attention {
  const state: AttentionState = {
    ...deps,
    starting: new Map(),
    lingering: new Map(),
    held: new Set(),
    unwanted: new Set(),
  };
  return {
    watch: (session, isOn) => (isOn ? beginWatching(state, session) : endWatching(state, session.id)),
    watchNow(id) {
      state.unwanted.delete(id);
      cancel(state.lingering, id);
      setWatched(state, id, true);
    },
    hold: (id, isOn) => (isOn ? hold(state, id) : unhold(state, id)),
    release(id) {
      cancel(state.starting, id);
      cancel(state.lingering, id);
      state.held.delete(id);
      state.unwanted.delete(id);
    },
    stop() {
      for (const id of [...state.starting.keys()]) cancel(state.starting, id);
      for (const id of [...state.lingering.keys()]) cancel(state.lingering, id);
    },
  };
}

function beginWatching(state: AttentionState, { id, createdAt }: Session): void {
  const { starting, lingering, unwanted, now } = state;
  cancel(starting, id);
  unwanted.delete(id);
  cancel(lingering, id);
  const age = Math.max(0, now() - createdAt); // the clock may have been set back
  if (age >= SETTLE_MS) return setWatched(state, id, true);
  const timer = setTimeout(() => {
    starting.delete(id);
    setWatched(state, id, true);
  }, SETTLE_MS - age);
  starting.set(id, timer);
}

function endWatching(state: AttentionState, id: string): void {
  cancel(state.starting, id);
  state.unwanted.add(id);
  linger(state, id);
}

function hold(state: AttentionState, id: string): void {
  state.held.add(id);
  setWatched(state, id, true);
}

function unhold(state: AttentionState, id: string): void {
  state.held.delete(id);
  if (state.unwanted.has(id)) linger(state, id);
}

function linger(state: AttentionState, id: string): void {
  const { lingering, unwanted, held } = state;
  if (lingering.has(id)) return;
  const timer = setTimeout(() => {
    lingering.delete(id);
    if (unwanted.has(id) && !held.has(id)) setWatched(state, id, false);
  }, LINGER_MS);
  lingering.set(id, timer);
}

function cancel(timers: Map<string, NodeJS.Timeout>, id: string): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
}

/** A failure means only that the window went away. */
function setWatched({ windows, log }: AttentionState, id: string, isOn: boolean): void {
  windows
    .watch(id, isOn)
    .catch((error: unknown) => log('info', 'window not watched', { reason: reasonOf(error) }));
}
