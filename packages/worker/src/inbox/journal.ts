import { setMaxListeners } from 'node:events';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { pause } from '@ccbot/shared/pause';
import { attempt, failuresOf, idsOf, type AttemptDeps, type Outcome, type UpdateHandler } from './attempt';
import type { Store } from '../store/open';
import type { StoredUpdate, Updates } from './store';

/** Time before the second and the third try, ms. */
const RETRY_MS = [200, 1_000];

/** A handler that has not returned after this long, ms, frees its lane. Queueing a message is quick, and nothing waits for a turn. */
const DEADLINE_MS = 60_000;

/** Time between two attempts to write to a store that is full or locked, ms. */
const STORE_WAIT_MS = 2_000;

/** The most updates of a lane that are looked at together. */
const LOOK_AHEAD = 12;

/** How many of the oldest updates of a lane belong together and are handled now, or how long to wait for more of them, ms. */
export type Grouping = { take: number } | { waitMs: number };

/** Knows which updates belong together, handles them, and hears of those that failed. */
export interface GroupHandler extends UpdateHandler {
  /** Decides what belongs together; never gets an empty list. */
  group(open: readonly StoredUpdate[]): Grouping;
  /** Updates were set aside for good; part of that transaction. */
  onFailed(group: readonly StoredUpdate[], error: string): void;
}

/** The run of the worker that claims updates. */
export interface Run {
  /** A uuid, never a pid. */
  readonly instance: string;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** What the inbox keeps on disk. */
export interface InboxDisk {
  store: Pick<Store, 'tx' | 'isFull'>;
  /** In `store`. */
  updates: Updates;
}

export interface JournalDeps extends AttemptDeps {
  disk: InboxDisk;
  handler: GroupHandler;
  run: Run;
  /** Absent: the usual times. */
  times?: Partial<Times>;
}

interface Times {
  deadlineMs: number;
  retryMs: readonly number[];
  storeWaitMs: number;
}

/** Handles what the inbox holds: each lane in order, lanes in parallel. */
export interface Journal {
  /** Looks for something to handle. */
  wake(): void;
  /** Resolves when everything stored has been handled. */
  drained(): Promise<void>;
  /** Takes nothing new; resolves when what is being handled is done. */
  stop(): Promise<void>;
}

interface JournalState {
  readonly deps: JournalDeps;
  readonly times: Times;
  /** Lanes at work. */
  readonly lanes: Map<string, Promise<void>>;
  /** Lanes that wait for more of what belongs together, and how to end the wait. */
  readonly naps: Map<string, () => void>;
  /** Lanes that were woken while they ran. */
  readonly unseen: Set<string>;
  readonly stopping: AbortController;
}

/** Handles nothing before the first `wake`. */
export function createJournal(deps: JournalDeps): Journal {
  const stopping = new AbortController();
  // One listener for each lane that waits: more than ten are no leak.
  setMaxListeners(0, stopping.signal);
  const times = { deadlineMs: DEADLINE_MS, retryMs: RETRY_MS, storeWaitMs: STORE_WAIT_MS, ...deps.times };
  const state: JournalState = {
    deps,
    times,
    lanes: new Map(),
    naps: new Map(),
    unseen: new Set(),
    stopping,
  };
  return {
    wake: () => wake(state),
    async drained() {
      wake(state);
      while (state.lanes.size > 0) {
        await Promise.all(state.lanes.values());
        wake(state);
      }
    },
    async stop() {
      stopping.abort();
      for (const end of state.naps.values()) end();
      await Promise.all(state.lanes.values());
    },
  };
}

function wake(state: JournalState): void {
  const { lanes, naps, unseen, stopping } = state;
  if (stopping.signal.aborted) return;
  for (const lane of openLanes(state)) {
    const endNap = naps.get(lane);
    if (endNap !== undefined) endNap();
    else if (lanes.has(lane)) unseen.add(lane);
    else lanes.set(lane, startLane(state, lane));
  }
}

function openLanes(state: JournalState): string[] {
  const { deps, times, stopping } = state;
  try {
    return deps.disk.updates.openLanes();
  } catch (error) {
    deps.log('error', 'inbox not read', { reason: reasonOf(error) });
    void pause(times.storeWaitMs, stopping.signal).then(() => wake(state));
    return [];
  }
}

function startLane(state: JournalState, lane: string): Promise<void> {
  return runLane(state, lane).finally(() => {
    state.lanes.delete(lane);
    // Stored after the lane had looked for the last time, and before it ended.
    if (state.unseen.delete(lane)) wake(state);
  });
}

async function runLane(state: JournalState, lane: string): Promise<void> {
  const { deps, times, stopping } = state;
  const { signal } = stopping;
  let last: Outcome | undefined;
  for (;;) {
    let next: ReturnType<typeof advance>;
    try {
      next = advance(state, lane, last);
    } catch (error) {
      // The group is not handled again for that: only its outcome must still be written.
      deps.log('error', 'inbox not written', { lane, reason: reasonOf(error) });
      if (signal.aborted) return;
      await pause(times.storeWaitMs, signal);
      continue;
    }
    last = undefined;
    if ('waitMs' in next) {
      await nap(state, lane, next.waitMs);
      continue;
    }
    if (next.length === 0) return;
    const outcome = await attempt(deps, next, times, signal);
    if (outcome === null) return;
    last = outcome;
    if (!outcome.ok && !outcome.forGood) await pause(retryDelay(times.retryMs, next), signal);
  }
}

function retryDelay(retryMs: readonly number[], group: readonly StoredUpdate[]): number {
  return retryMs[Math.min(failuresOf(group), retryMs.length - 1)] ?? 0;
}

/** Writes the outcome of the last group and claims the next group, in one transaction. */
function advance(
  { deps, stopping }: JournalState,
  lane: string,
  last: Outcome | undefined,
): readonly StoredUpdate[] | { waitMs: number } {
  const { disk, run } = deps;
  const { updates } = disk;
  return disk.store.tx(() => {
    if (last !== undefined) settle(deps, last);
    if (stopping.signal.aborted) return [];
    const open = updates.open(lane, LOOK_AHEAD);
    const [first] = open;
    if (first === undefined) return [];
    const grouping = groupOf(deps, open, first);
    if ('waitMs' in grouping) return grouping;
    const group = open.slice(0, Math.max(1, grouping.take));
    updates.claim(idsOf(group), run.instance);
    return group;
  });
}

function settle(deps: JournalDeps, outcome: Outcome): void {
  const { group } = outcome;
  if (outcome.ok) return deps.disk.updates.done(idsOf(group), deps.run.now());
  deps.disk.updates.failed(idsOf(group), outcome.error, outcome.forGood, deps.run.now());
  if (outcome.forGood) deps.handler.onFailed(group, outcome.error);
}

function groupOf(deps: JournalDeps, open: readonly StoredUpdate[], first: StoredUpdate): Grouping {
  const { together } = first;
  // What was handled together before a crash is still together, and nothing that arrived later joins it.
  if (together !== null) return { take: open.filter((update) => update.together === together).length };
  try {
    return deps.handler.group(open);
  } catch (error) {
    // An unreadable update is handled alone, where its error is counted.
    deps.log('error', 'update unreadable', { update: first.id, reason: reasonOf(error) });
    return { take: 1 };
  }
}

/** Waits at most until the next wake. */
function nap({ naps, unseen, stopping }: JournalState, lane: string, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      naps.delete(lane);
      resolve();
    };
    const timer = setTimeout(end, ms);
    naps.set(lane, end);
    if (unseen.delete(lane) || stopping.signal.aborted) end();
  });
}
