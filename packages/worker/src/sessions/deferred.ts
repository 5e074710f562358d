import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { Session } from './model';

/** How long a change of a session may wait to be stored together with others, ms: a crash takes back no more than this. */
const WAIT_MS = 5_000;

/** So many are stored at a time: each takes about a millisecond, in which nothing else runs. */
const TOGETHER = 10;

export interface DeferredDeps {
  store: { tx<T>(work: () => T): T; put(id: string, body: string): void };
  get(id: string): Session | undefined;
  log: LogFn;
}

/**
 * Changes of sessions that are not stored yet: fifty agents that work off screen change their sessions thirty times a
 * second, and only the last state counts. A state waits together with what must be stored with it, such as how far the
 * transcript was read: after a crash the same lines come again and lead to the same state.
 */
export interface Deferred {
  /** The present state of a session may wait, and `also`, which replaces what waited before. */
  add(id: string, also: () => void): void;
  /** Stores a state in the running transaction, with what waits for it. Nothing waits any more once that is committed. */
  put(id: string, session: Session): void;
  has(id: string): boolean;
  /** A session whose state was stored, or that is gone. */
  settled(id: string): void;
  /** Stores what waits, of one session or of all, at once. Throws what the store throws; then it still waits. */
  flush(id?: string): void;
}

interface DeferredState extends DeferredDeps {
  waiting: Map<string, () => void>;
  timer: NodeJS.Timeout | undefined;
}

export function createDeferred(deps: DeferredDeps): Deferred {
  const state: DeferredState = { ...deps, waiting: new Map(), timer: undefined };
  return {
    add(id, also) {
      state.waiting.set(id, also);
      state.timer ??= setTimeout(() => onTime(state), WAIT_MS);
    },
    put: (id, session) => put(state, id, session),
    has: (id) => state.waiting.has(id),
    settled: (id) => settled(state, id),
    flush: (id) => flush(state, id === undefined ? [...state.waiting.keys()] : [id]),
  };
}

function put({ store, waiting }: DeferredState, id: string, session: Session): void {
  store.put(id, JSON.stringify(session));
  waiting.get(id)?.();
}

function settled(state: DeferredState, id: string): void {
  state.waiting.delete(id);
  if (state.waiting.size > 0) return;
  clearTimeout(state.timer);
  state.timer = undefined;
}

function flush(state: DeferredState, chosen: readonly string[]): void {
  const ids = chosen.filter((id) => state.waiting.has(id));
  if (ids.length === 0) return;
  state.store.tx(() => {
    for (const id of ids) {
      const session = state.get(id);
      if (session !== undefined) put(state, id, session);
    }
  });
  for (const id of ids) settled(state, id);
}

/** Stores those that have waited longest. The more there are, the sooner it is the turn of the next ones. */
function onTime(state: DeferredState): void {
  const { waiting, log } = state;
  state.timer = undefined;
  try {
    flush(state, [...waiting.keys()].slice(0, TOGETHER));
  } catch (error) {
    // Mostly a full disk, of which the store tells the users. Nothing is lost: the transcripts can be read again.
    log('warn', 'sessions not stored', { count: waiting.size, reason: reasonOf(error) });
  }
  if (waiting.size > 0)
    state.timer = setTimeout(() => onTime(state), WAIT_MS / Math.ceil(waiting.size / TOGETHER));
}
