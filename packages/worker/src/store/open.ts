import { existsSync, renameSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { fault, FaultError, reasonOf, type Fault } from '@ccbot/shared/faults/fault';
import { migrate } from './migrations';
import { keepRebuilt } from './rebuilt';
import { createSettings } from './settings';

/** The worker's database: one connection, synchronous, used by one process. */
export interface Store {
  readonly db: Database.Database;
  /** Runs `work` in a transaction (nested calls join it). Throws a {@link FaultError} `STORE_FULL` when the disk is full; nothing was written then. */
  tx<T>(work: () => T): T;
  /** Runs `work` after the running transaction has been committed, or at once where there is none. */
  afterCommit(work: () => void): void;
  /** True when an error means that there was no room on the disk: nothing was written, and the same succeeds once there is. */
  isFull(error: unknown): boolean;
  /** Hears of every write that found no room. */
  onFull(listener: () => void): void;
  close(): void;
  /** Set when the database had to be made anew: the person is to be told. */
  readonly rebuilt: Fault | null;
}

/** Opens the database, or sets a broken one aside and makes a new one. */
export function openStore(path: string, now: () => number): Store {
  let rebuilt: Fault | null = null;
  let db: Database.Database;
  try {
    db = open(path);
  } catch (error) {
    if (!isBroken(error)) throw storeFault(path, error);
    const aside = `${path}.broken-${new Date(now()).toISOString().replace(/[:.]/g, '-')}`;
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
    }
    rebuilt = fault('STORE_REBUILT', { path, reason: reasonOf(error), aside });
    db = open(path);
    const store = storeOf(path, db, rebuilt);
    // Kept in the new one: whoever made it (a repair, a worker that is killed now) may not be the one that tells.
    keepRebuilt(createSettings(store), {
      since: lastWritten(aside),
      text: `${rebuilt.what}\n\n${rebuilt.todo}`,
    });
    return store;
  }
  return storeOf(path, db, rebuilt);
}

/** When the database was last written to, ms since the epoch. */
function lastWritten(aside: string): number {
  return Math.max(...['', '-wal'].map((s) => (existsSync(aside + s) ? statSync(aside + s).mtimeMs : 0)));
}

function storeOf(path: string, db: Database.Database, rebuilt: Fault | null): Store {
  let waiting: (() => void)[] = [];
  const listeners: (() => void)[] = [];
  const isFull = (error: unknown): boolean => {
    const as = storeFault(path, error);
    if (!(as instanceof FaultError && as.fault.code === 'STORE_FULL')) return false;
    for (const listener of listeners) listener();
    return true;
  };
  return {
    db,
    rebuilt,
    tx(work) {
      if (db.inTransaction) return work();
      waiting = [];
      let result;
      try {
        result = db.transaction(work).immediate();
      } catch (error) {
        waiting = [];
        isFull(error);
        throw storeFault(path, error);
      }
      const ready = waiting;
      waiting = [];
      for (const next of ready) next();
      return result;
    },
    afterCommit(work) {
      if (db.inTransaction) waiting.push(work);
      else work();
    },
    isFull,
    onFull: (listener) => void listeners.push(listener),
    close() {
      db.close();
    },
  };
}

function open(path: string): Database.Database {
  const db = new Database(path);
  try {
    db.pragma('journal_mode = WAL');
    // Full: a message confirmed to Telegram must outlive a power cut.
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    const check = db.pragma('quick_check(1)', { simple: true });
    if (check !== 'ok') throw new BrokenDatabase(String(check));
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** What SQLite's own check found. */
class BrokenDatabase extends Error {}

function isBroken(error: unknown): boolean {
  if (error instanceof BrokenDatabase) return true;
  const code = (error as { code?: unknown }).code;
  return code === 'SQLITE_NOTADB' || (typeof code === 'string' && code.startsWith('SQLITE_CORRUPT'));
}

/** An error of SQLite's as a {@link FaultError}; any other as it is. */
export function storeFault(path: string, error: unknown): unknown {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  if (typeof code !== 'string' || !code.startsWith('SQLITE')) return error;
  if (
    code === 'SQLITE_FULL' ||
    code === 'SQLITE_IOERR_WRITE' ||
    code === 'SQLITE_IOERR_FSYNC' ||
    code === 'SQLITE_IOERR_SHMSIZE'
  ) {
    return new FaultError(fault('STORE_FULL', { path }));
  }
  return new FaultError(fault('STORE_FAILED', { path, reason: reasonOf(error) }));
}
