import type { LogFn } from '@ccbot/shared/log/logger';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { pause } from '@ccbot/shared/pause';
import type { Store } from '../store/open';
import type { StoredUpdate } from './store';

/** An update that fails this often is set aside. */
export const TRIES = 3;

/** An update during which the worker ended this often is set aside: more than {@link TRIES}, because a worker can be killed for other reasons. */
export const CRASHES = 6;

/** What became of a group of updates, until it is on disk. */
export type Outcome =
  | { group: readonly StoredUpdate[]; ok: true }
  | { group: readonly StoredUpdate[]; ok: false; error: string; forGood: boolean };

/** Does the work of the updates; the journal decides when, and how often. */
export interface UpdateHandler {
  /** Handles updates that belong together; `signal` is aborted when that takes too long. */
  handle(group: readonly StoredUpdate[], signal: AbortSignal): Promise<void>;
}

export interface AttemptDeps {
  handler: UpdateHandler;
  disk: { store: Pick<Store, 'isFull'> };
  log: LogFn;
}

interface Failure {
  error: string;
  isLate: boolean;
  isFull: boolean;
}

/**
 * Handles a group once, and again while the disk is full. Null when `stop` came before there was room: the claim stays,
 * and the next run takes the group up.
 */
export async function attempt(
  deps: AttemptDeps,
  group: readonly StoredUpdate[],
  { deadlineMs, storeWaitMs }: { deadlineMs: number; storeWaitMs: number },
  stop: AbortSignal,
): Promise<Outcome | null> {
  if (group.some((update) => update.tries >= CRASHES))
    return { group, ok: false, error: 'ccbot ended each time it handled this', forGood: true };
  const updates = idsOf(group);
  let failure = await handleInTime(deps, group, deadlineMs);
  // A full disk is no fault of the update: it waits for room, however often it is tried.
  while (failure?.isFull === true && !stop.aborted) {
    deps.log('error', 'update waits: disk full', { updates, reason: failure.error });
    await pause(storeWaitMs, stop);
    if (!stop.aborted) failure = await handleInTime(deps, group, deadlineMs);
  }
  if (failure === null) return { group, ok: true };
  if (failure.isFull) return null;
  const { error, isLate } = failure;
  const failures = failuresOf(group) + 1;
  // A late update is not tried again: its first attempt may still be running.
  const forGood = isLate || failures >= TRIES;
  deps.log('error', 'update not handled', { updates, failures, error, forGood });
  return { group, ok: false, error, forGood };
}

/** Null when the group was handled. */
async function handleInTime(
  deps: AttemptDeps,
  group: readonly StoredUpdate[],
  deadlineMs: number,
): Promise<Failure | null> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Failure>((resolve) => {
    timer = setTimeout(() => {
      resolve({ error: `it was not handled within ${deadlineMs / 1_000} s`, isLate: true, isFull: false });
      abort.abort();
    }, deadlineMs);
  });
  const work = (async () => deps.handler.handle(group, abort.signal))().then(
    () => null,
    (error: unknown) => ({ error: reasonOf(error), isLate: false, isFull: deps.disk.store.isFull(error) }),
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function idsOf(group: readonly StoredUpdate[]): number[] {
  return group.map((update) => update.id);
}

export function failuresOf(group: readonly StoredUpdate[]): number {
  return Math.max(...group.map((update) => update.failures));
}
