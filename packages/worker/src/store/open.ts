import { chmodSync, closeSync, existsSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { fault, FaultError, reasonOf, type Fault } from '@ccbot/shared/faults/fault';
import { migrate } from './migrations';
import { keepRebuilt } from './rebuilt';
import { salvage } from './salvage';
import { createSettings } from './settings';

/** The worker's database: one connection, synchronous, used by one process. */
export interface Store {
  readonly db: Database.Database;
  /** Runs `work` in a transaction (nested calls join it), which outlives the end of the process. Throws a {@link FaultError} `STORE_FULL` when the disk is full; nothing was written then. */
  tx<T>(work: () => T): T;
  /**
   * A transaction that outlives a power cut as soon as it is committed, and all before it with it: for what must be on
   * the disk before something is done outside that cannot be undone. It waits for the disk, some milliseconds. Must not
   * be called within another transaction.
   */
  durable<T>(work: () => T): T;
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

/**
 * Opens the database. A broken one is set aside, a new one is made in its place, and what can be read of the old one is
 * taken over.
 */
export function openStore(path: string, now: () => number): Store {
  // Killed between setting the old one aside and putting the new one, which is whole, in its place.
  if (!existsSync(path) && existsSync(fresh(path))) replace(path, now());
  try {
    return storeOf(path, open(path), null);
  } catch (error) {
    if (!isBroken(error)) throw storeFault(path, error);
    try {
      const rebuilt = makeAnew(path, error, now());
      return storeOf(path, open(path), rebuilt);
    } catch (failed) {
      throw storeFault(path, failed);
    }
  }
}

/** Where a new database is made until it is whole. */
const fresh = (path: string): string => `${path}.new`;

const SUFFIXES = ['', '-wal', '-shm'] as const;

/** Whatever it is killed at, the next start finds the broken one where it was, or the new one whole. */
function makeAnew(path: string, error: unknown, at: number): Fault {
  for (const suffix of SUFFIXES) rmSync(fresh(path) + suffix, { force: true });
  const of = { path, reason: reasonOf(error), aside: asideOf(path, at) };
  const rebuilt = fault('STORE_REBUILT', of);
  const db = open(fresh(path));
  try {
    const store = storeOf(fresh(path), db, null);
    store.tx(() => {
      const salvaged = salvage(path, db, at);
      // Kept in the new one: whoever made it (a repair, a worker that is killed now) may not be the one that tells.
      keepRebuilt(createSettings(store), {
        since: lastWritten(path),
        text: `${rebuilt.what}\n\n${rebuilt.todo}`,
        of,
        salvaged,
      });
    });
  } finally {
    db.close(); // all of it is in one file then
  }
  replace(path, at);
  return rebuilt;
}

function replace(path: string, at: number): void {
  for (const suffix of SUFFIXES) {
    if (existsSync(path + suffix)) renameSync(path + suffix, asideOf(path, at) + suffix);
  }
  renameSync(fresh(path), path);
}

const asideOf = (path: string, at: number): string =>
  `${path}.broken-${new Date(at).toISOString().replace(/[:.]/g, '-')}`;

/** When the database was last written to, ms since the epoch. */
function lastWritten(path: string): number {
  return Math.max(...['', '-wal'].map((s) => (existsSync(path + s) ? statSync(path + s).mtimeMs : 0)));
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
  function tx<T>(work: () => T): T {
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
  }
  return {
    db,
    rebuilt,
    tx,
    durable(work) {
      if (db.inTransaction) throw new Error('what is to be durable must not be part of another transaction');
      db.pragma('synchronous = FULL');
      try {
        return tx(work);
      } finally {
        db.pragma('synchronous = NORMAL');
      }
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
  const size = (of: string): number => (existsSync(of) ? statSync(of).size : 0);
  // SQLite would delete the log and begin anew.
  if (size(path) === 0 && size(`${path}-wal`) > 0)
    throw new BrokenDatabase('it is empty, but its log is not');
  keepPrivate(path);
  const db = new Database(path);
  try {
    db.pragma('journal_mode = WAL');
    // A commit outlives whatever happens to the process; a power cut takes back the last ones, all of them from one
    // moment on. What must outlive that as well is written by `durable`.
    db.pragma('synchronous = NORMAL');
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

/** Messages are nobody else's to read. SQLite would make the file as the umask says, and its log with the mode of the file. */
function keepPrivate(path: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600));
    for (const file of SUFFIXES.map((suffix) => path + suffix).filter(existsSync))
      if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  } catch {
    // SQLite tells in a moment whether it can be used at all; the doctor tells of the mode
  }
}

/** What SQLite's own check found. */
class BrokenDatabase extends Error {}

function isBroken(error: unknown): boolean {
  if (error instanceof BrokenDatabase) return true;
  const code = (error as { code?: unknown }).code;
  return code === 'SQLITE_NOTADB' || (typeof code === 'string' && code.startsWith('SQLITE_CORRUPT'));
}

/** An error of SQLite's, or that there is no room, as a {@link FaultError}; any other as it is. */
export function storeFault(path: string, error: unknown): unknown {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new FaultError(fault('STORE_FULL', { path }));
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
