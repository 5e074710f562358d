import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { Bucket, Entry } from '../link';
import type { CopyDisk } from './copy-disk';

/** This machine's copy of what all machines share. It stays as it is while the cluster is away. */
export interface SharedCopy {
  get(key: string): Entry | undefined;
  /** The entries whose keys begin with `prefix`. */
  under(prefix: string): Entry[];
  /**
   * Writes a value, or deletes it (null). What could not be written is written at the next connection, where the newest
   * value of this machine wins.
   */
  put(key: string, value: string | null): void;
  /** Calls `listener` for every change, also for those of this machine, when the cluster has them. */
  listen(listener: (entry: Entry) => void): void;
  /**
   * Reads everything there is; resolves when the copy is complete. `check`: is called with all of it before anything is
   * written, and throws if this machine must not write.
   */
  connected(bucket: Bucket, check?: () => void): Promise<void>;
  disconnected(): void;
}

interface CopyState {
  readonly entries: Map<string, Entry>;
  /** What the cluster does not have yet. */
  readonly unwritten: Map<string, string | null>;
  readonly listeners: ((entry: Entry) => void)[];
  bucket: Bucket | null;
  readonly disk: Pick<CopyDisk, 'load' | 'changed'> | undefined;
  readonly log: LogFn;
}

/** `disk`: where it begins, and what it leaves for the next run. */
export function createSharedCopy(log: LogFn, disk?: Pick<CopyDisk, 'load' | 'changed'>): SharedCopy {
  const state: CopyState = {
    entries: new Map(disk?.load().map((entry) => [entry.key, entry])),
    unwritten: new Map(),
    listeners: [],
    bucket: null,
    disk,
    log,
  };
  return {
    get: (key) => present(state.entries.get(key)),
    under: (prefix) =>
      [...state.entries.values()].filter(({ key, value }) => value !== null && key.startsWith(prefix)),
    put(key, value) {
      state.unwritten.set(key, value);
      void write(state, key);
    },
    listen: (listener) => void state.listeners.push(listener),
    async connected(bucket, check) {
      const found = new Set<string>();
      let isComplete = false;
      await bucket.watch((entry) => {
        if (!isComplete) found.add(entry.key);
        take(state, entry);
      });
      isComplete = true;
      // What the cluster does not know any more, such as after it lost its data.
      for (const [key, entry] of state.entries) if (!found.has(key)) remove(state, entry);
      check?.();
      state.bucket = bucket;
      await Promise.all([...state.unwritten.keys()].map((key) => write(state, key)));
    },
    disconnected() {
      state.bucket = null;
    },
  };
}

const present = (entry: Entry | undefined): Entry | undefined => (entry?.value === null ? undefined : entry);

function remove({ entries, disk }: CopyState, entry: Entry): void {
  entries.delete(entry.key);
  disk?.changed({ ...entry, value: null });
}

function take(state: CopyState, entry: Entry): void {
  state.entries.set(entry.key, entry);
  state.disk?.changed(entry);
  for (const listener of state.listeners) {
    try {
      listener(entry);
    } catch (error) {
      state.log('error', 'shared value not taken over', { key: entry.key, reason: reasonOf(error) });
    }
  }
}

async function write(state: CopyState, key: string): Promise<void> {
  const { bucket, unwritten, log } = state;
  const value = unwritten.get(key);
  if (bucket === null || value === undefined) return;
  try {
    if (value === null) await bucket.remove(key);
    else await bucket.put(key, value);
    // A newer value was put meanwhile: its own write follows.
    if (unwritten.get(key) === value) unwritten.delete(key);
  } catch (error) {
    log('warn', 'shared value not written', { key, reason: reasonOf(error) });
  }
}
