import { setMaxListeners } from 'node:events';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { StoredUpdate, Updates } from './store';

/** An update that fails this often is set aside. */
export const TRIES = 3;

/** An update during which the worker was ended this often is set aside: more than {@link TRIES}, as a worker can be killed for other reasons. */
export const CRASHES = 6;

/** Time before the second and the third try, ms. */
const RETRY_MS = [200, 1_000];

/** A handler that has not come back after this long, ms, gives its lane free; handing over is quick, turns are not awaited. */
const DEADLINE_MS = 60_000;

/** Time between two tries to write to a store that is full or locked, ms. */
const STORE_WAIT_MS = 2_000;

/** The most updates of a lane that are looked at together. */
const LOOK_AHEAD = 12;

/** How many of the oldest updates of a lane belong together and are handled now; or how long to wait for more of them, ms. */
export type Grouping = { take: number } | { waitMs: number };

/** What the journal is given. */
export interface JournalDeps {
  updates: Updates;
  /** Identity of this run of the worker: a uuid, never a pid. */
  instance: string;
  tx<T>(work: () => T): T;
  /** Says what belongs together; never given an empty list. */
  group(open: readonly StoredUpdate[]): Grouping;
  /** Handles updates that belong together; `signal` is aborted when it took too long. */
  handle(group: readonly StoredUpdate[], signal: AbortSignal): Promise<void>;
  /** Updates were set aside for good; part of that transaction. */
  onFailed(group: readonly StoredUpdate[], error: string): void;
  /** Whether an error means that there was no room on the disk. */
  isFull(error: unknown): boolean;
  now(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
  /** Absent: the usual times. */
  times?: { deadlineMs?: number; retryMs?: readonly number[]; storeWaitMs?: number };
}

/** The inbox at work: handles what is stored, each lane in order, lanes in parallel. */
export interface Journal {
  /** Looks for something to handle. */
  wake(): void;
  /** Resolves when everything stored has been handled. */
  drained(): Promise<void>;
  /** Takes nothing new; resolves when what is being handled is done. */
  stop(): Promise<void>;
}

/** What became of a group, until it is on disk. */
type Outcome =
  | { group: readonly StoredUpdate[]; ok: true }
  | { group: readonly StoredUpdate[]; ok: false; error: string; forGood: boolean };

/** Makes the inbox over what is stored; nothing runs before the first `wake`. */
export function createJournal(deps: JournalDeps): Journal {
  const { deadlineMs = DEADLINE_MS, retryMs = RETRY_MS, storeWaitMs = STORE_WAIT_MS } = deps.times ?? {};
  const lanes = new Map<string, Promise<void>>();
  /** Lanes that wait for more of what belongs together, and how to end the wait. */
  const naps = new Map<string, () => void>();
  /** Lanes that were woken while they ran. */
  const unseen = new Set<string>();
  const stopping = new AbortController();
  // One listener for each lane that waits: more than ten are no leak.
  setMaxListeners(0, stopping.signal);

  /** Writes what became of the last group, and claims the next, in one transaction. */
  function advance(lane: string, last: Outcome | undefined): readonly StoredUpdate[] | { waitMs: number } {
    return deps.tx(() => {
      if (last !== undefined) settle(last);
      if (stopping.signal.aborted) return [];
      const open = deps.updates.open(lane, LOOK_AHEAD);
      const [first] = open;
      if (first === undefined) return [];
      const grouping = groupOf(open, first);
      if ('waitMs' in grouping) return grouping;
      const group = open.slice(0, Math.max(1, grouping.take));
      deps.updates.claim(ids(group), deps.instance);
      return group;
    });
  }

  function groupOf(open: readonly StoredUpdate[], first: StoredUpdate): Grouping {
    // What was handled together before a crash is still together, and nothing that came since joins it.
    if (first.together !== null) return { take: open.filter((u) => u.together === first.together).length };
    try {
      return deps.group(open);
    } catch (error) {
      // What cannot even be looked at is handled alone, where its error is counted.
      deps.log('error', 'an update could not be read', { update: first.id, reason: reasonOf(error) });
      return { take: 1 };
    }
  }

  function settle(outcome: Outcome): void {
    const { group } = outcome;
    if (outcome.ok) return deps.updates.done(ids(group), deps.now());
    deps.updates.failed(ids(group), outcome.error, outcome.forGood, deps.now());
    if (outcome.forGood) deps.onFailed(group, outcome.error);
  }

  async function run(lane: string): Promise<void> {
    let last: Outcome | undefined;
    for (;;) {
      let next: ReturnType<typeof advance>;
      try {
        next = advance(lane, last);
      } catch (error) {
        // What was handled is not handled again for that: only its mark is still to be written.
        deps.log('error', 'the inbox cannot be written', { lane, reason: reasonOf(error) });
        if (stopping.signal.aborted) return;
        await pause(storeWaitMs);
        continue;
      }
      last = undefined;
      if ('waitMs' in next) await nap(lane, next.waitMs);
      else if (next.length === 0) return;
      else {
        const outcome = await attempt(next);
        if (outcome === null) return;
        last = outcome;
        if (!last.ok && !last.forGood)
          await pause(retryMs[Math.min(failuresOf(next), retryMs.length - 1)] ?? 0);
      }
    }
  }

  /** Null when the end came before there was room: the claim stays, and the next run takes it up. */
  async function attempt(group: readonly StoredUpdate[]): Promise<Outcome | null> {
    const failures = failuresOf(group) + 1;
    if (group.some((u) => u.tries >= CRASHES))
      return { group, ok: false, error: 'ccbot was ended each time it handled this', forGood: true };
    let result = await withDeadline(group);
    // A full disk is no fault of the update: it waits for room, however often it is tried.
    while (result?.full === true && !stopping.signal.aborted) {
      deps.log('error', 'an update waits for the store', { updates: ids(group), reason: result.error });
      await pause(storeWaitMs);
      if (!stopping.signal.aborted) result = await withDeadline(group);
    }
    if (result?.full === true) return null;
    if (result === null) return { group, ok: true };
    const forGood = result.late || failures >= TRIES;
    const { error } = result;
    deps.log('error', 'an update could not be handled', { updates: ids(group), failures, error, forGood });
    return { group, ok: false, error, forGood };
  }

  /** Null when it was handled. One that is late is not tried again: its first try may still be at it. */
  async function withDeadline(
    group: readonly StoredUpdate[],
  ): Promise<{ error: string; late: boolean; full: boolean } | null> {
    const abort = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<{ error: string; late: boolean; full: boolean }>((resolve) => {
      timer = setTimeout(() => {
        resolve({ error: `it was not handled within ${deadlineMs / 1_000} s`, late: true, full: false });
        abort.abort();
      }, deadlineMs);
    });
    const work = (async () => deps.handle(group, abort.signal))().then(
      () => null,
      (error: unknown) => ({ error: reasonOf(error), late: false, full: deps.isFull(error) }),
    );
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits, but not for longer than until the next wake. */
  function nap(lane: string, ms: number): Promise<void> {
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

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        stopping.signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      stopping.signal.addEventListener('abort', end);
      if (stopping.signal.aborted) end();
    });
  }

  function wake(): void {
    if (stopping.signal.aborted) return;
    for (const lane of openLanes()) {
      const nap = naps.get(lane);
      if (nap !== undefined) nap();
      else if (lanes.has(lane)) unseen.add(lane);
      else {
        const work = run(lane).finally(() => {
          lanes.delete(lane);
          // Written after the lane had looked for the last time, and before it was over.
          if (unseen.delete(lane)) wake();
        });
        lanes.set(lane, work);
      }
    }
  }

  function openLanes(): string[] {
    try {
      return deps.updates.openLanes();
    } catch (error) {
      deps.log('error', 'the inbox cannot be read', { reason: reasonOf(error) });
      void pause(storeWaitMs).then(wake);
      return [];
    }
  }

  return {
    wake,
    async drained() {
      wake();
      while (lanes.size > 0) {
        await Promise.all(lanes.values());
        wake();
      }
    },
    async stop() {
      stopping.abort();
      for (const end of naps.values()) end();
      await Promise.all(lanes.values());
    },
  };
}

const ids = (group: readonly StoredUpdate[]): number[] => group.map((u) => u.id);

const failuresOf = (group: readonly StoredUpdate[]): number => Math.max(...group.map((u) => u.failures));
