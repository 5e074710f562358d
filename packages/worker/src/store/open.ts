import { FaultError, type Fault } from '@ccbot/shared/faults/fault';
import { connect } from './connection';
import type { Database } from './database';
import { isBroken, storeFault } from './faults';
import { finishRebuild, rebuild } from './rebuild';
import { noticeDamage } from './soundness';

/** The worker's database: one connection, synchronous, used by one process. */
export interface Store {
  readonly db: Database;
  /**
   * Runs `work` in a transaction, which nested calls join. A commit survives the end of the process. Throws a
   * {@link FaultError} `STORE_FULL` when the disk is full; then nothing was written.
   */
  tx<T>(work: () => T): T;
  /**
   * A transaction that survives a power cut once it is committed, and with it every earlier one: for what must be on
   * disk before something irreversible happens outside. It waits for the disk, some milliseconds. Must not be called
   * within another transaction.
   */
  durable<T>(work: () => T): T;
  /** Runs `work` after the running transaction is committed, or immediately where none runs. */
  afterCommit(work: () => void): void;
  /** True when an error means that the disk is full: nothing was written, and a retry succeeds once there is room. */
  isFull(error: unknown): boolean;
  /** Hears of every write that found the disk full. */
  onFull(listener: () => void): void;
  close(): void;
  /** Set when the database had to be rebuilt: the users must hear of it. */
  readonly rebuilt: Fault | null;
}

/** Opens the database. A damaged one is replaced by a new one that holds everything that is still readable. */
export function openStore(path: string, now: () => number): Store {
  finishRebuild(path, now());
  try {
    return createStore(path, connect(path), null);
  } catch (error) {
    if (!isBroken(error)) throw storeFault(path, error);
    try {
      const rebuilt = rebuild(path, error, now());
      return createStore(path, connect(path), rebuilt);
    } catch (failed) {
      throw storeFault(path, failed);
    }
  }
}

interface StoreState {
  readonly path: string;
  readonly db: Database;
  /** What runs after the commit of the running transaction. */
  afterCommit: (() => void)[];
  readonly onFull: (() => void)[];
}

function createStore(path: string, db: Database, rebuilt: Fault | null): Store {
  const state: StoreState = { path, db, afterCommit: [], onFull: [] };
  return {
    db,
    rebuilt,
    tx: (work) => transact(state, work),
    durable: (work) => transactDurably(state, work),
    afterCommit(work) {
      if (db.inTransaction) state.afterCommit.push(work);
      else work();
    },
    isFull: (error) => isFull(state, error),
    onFull: (listener) => void state.onFull.push(listener),
    close() {
      db.close();
    },
  };
}

function transact<T>(state: StoreState, work: () => T): T {
  if (state.db.inTransaction) return work();
  state.afterCommit = [];
  let result;
  try {
    result = state.db.transaction(work);
  } catch (error) {
    state.afterCommit = [];
    isFull(state, error);
    noticeDamage(state.path, error);
    throw storeFault(state.path, error);
  }
  const ready = state.afterCommit;
  state.afterCommit = [];
  for (const next of ready) next();
  return result;
}

function transactDurably<T>(state: StoreState, work: () => T): T {
  const { db } = state;
  if (db.inTransaction) throw new Error('a durable transaction must not be part of another transaction');
  db.pragma('synchronous = FULL');
  try {
    return transact(state, work);
  } finally {
    db.pragma('synchronous = NORMAL');
  }
}

function isFull({ path, onFull }: StoreState, error: unknown): boolean {
  const found = storeFault(path, error);
  if (!(found instanceof FaultError && found.fault.code === 'STORE_FULL')) return false;
  for (const listener of onFull) listener();
  return true;
}
