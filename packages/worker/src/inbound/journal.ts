import { reasonOf } from '@ccbot/shared/faults/fault';
import type { StoredUpdate, Updates } from '../store/updates';

/** An update that fails this often is set aside. */
export const TRIES = 3;

/** A handler that has not come back after this long, ms, gives its lane free; handing over is quick, turns are not awaited. */
const DEADLINE_MS = 60_000;

/** What the journal is given. */
export interface JournalDeps {
  updates: Updates;
  /** Identity of this run of the worker: a uuid, never a pid. */
  instance: string;
  handle(raw: unknown, update: StoredUpdate): Promise<void>;
  /** An update was set aside for good. */
  onFailed(update: StoredUpdate, error: string): void;
  now(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
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

/** Makes the inbox over what is stored; nothing runs before the first `wake`. */
export function createJournal(deps: JournalDeps): Journal {
  const lanes = new Map<string, Promise<void>>();
  /** Lanes that were woken while they ran. */
  const unseen = new Set<string>();
  let stopped = false;

  async function run(lane: string): Promise<void> {
    for (;;) {
      if (stopped) return;
      const update = deps.updates.claim(lane, deps.instance);
      if (update === undefined) return;
      try {
        await withDeadline(deps.handle(JSON.parse(update.body), update));
        deps.updates.done(update.id, deps.now());
      } catch (error) {
        const reason = reasonOf(error);
        const forGood = update.tries >= TRIES;
        deps.log('error', 'an update could not be handled', {
          update: update.id,
          tries: update.tries,
          reason,
          forGood,
        });
        deps.updates.failed(update.id, reason, forGood, deps.now());
        if (forGood) deps.onFailed(update, reason);
      }
    }
  }

  function wake(): void {
    if (stopped) return;
    for (const lane of deps.updates.openLanes()) {
      if (lanes.has(lane)) {
        unseen.add(lane);
        continue;
      }
      const work = run(lane)
        .catch((error: unknown) => deps.log('error', 'the inbox cannot be read', { reason: reasonOf(error) }))
        .finally(() => {
          lanes.delete(lane);
          // Written after the lane had looked for the last time, and before it was over.
          if (unseen.delete(lane)) wake();
        });
      lanes.set(lane, work);
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
      stopped = true;
      await Promise.all(lanes.values());
    },
  };
}

async function withDeadline(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not handled within ${DEADLINE_MS / 1_000} s`)), DEADLINE_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
