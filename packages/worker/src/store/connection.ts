import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs';
import type { Database } from './database';
import { BrokenDatabase } from './faults';
import { migrate } from './migrations';
import { checkSoundness } from './soundness';
import { openSqlite } from './sqlite';

/** SQLite's files beside the database: its log, and the log's index. */
export const SUFFIXES = ['', '-wal', '-shm'] as const;

/** Opens a database of the newest schema. Throws {@link BrokenDatabase}, or what SQLite throws. */
export function connect(path: string): Database {
  // SQLite would delete the log and start with an empty database.
  if (sizeOf(path) === 0 && sizeOf(`${path}-wal`) > 0)
    throw new BrokenDatabase('it is empty, but its log is not');
  makePrivate(path);
  const db = openSqlite(path);
  try {
    db.pragma('journal_mode = WAL');
    // A commit survives the end of the process. A power cut undoes the last commits, all of them from some moment on.
    // What must survive a power cut is written by `durable`.
    db.pragma('synchronous = NORMAL');
    db.pragma('foreign_keys = ON');
    checkSoundness(db);
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

/** Only the owner may read messages. SQLite would create the file by the umask, and its log with the file's mode. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600));
    for (const file of SUFFIXES.map((suffix) => path + suffix).filter(existsSync))
      if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  } catch {
    // SQLite reports in a moment whether the file can be used at all, and the doctor reports the mode
  }
}
