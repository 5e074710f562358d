import { copyFileSync, existsSync, openSync, closeSync, rmSync, statSync, writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { migrate } from './migrations';

/** The file header of SQLite, bytes, and where in it stands what has to fit the file (SQLite, "Database File Format" 1.3). */
const HEADER = 100;
const AT = { pageSize: 16, versions: 18, changes: 24, pages: 28, validFor: 92 };

/** How the first page is read: as it is, with a new header, or all of it as this version of ccbot makes it. */
const WAYS = ['as-it-is', 'header', 'page'] as const;

/**
 * Opens a copy of a damaged database so that whatever is left of it can be read, and removes the copy afterwards. Where
 * the beginning of the file is gone it is taken from a new database, whose tables begin at the same places. What cannot
 * be opened at all is not handed to `work`.
 */
export function openDamaged(path: string, work: (db: Database.Database) => void): void {
  const copy = `${path}.salvage`;
  try {
    for (const way of WAYS) {
      remove(copy);
      for (const suffix of ['', '-wal']) {
        if (existsSync(path + suffix)) copyFileSync(path + suffix, copy + suffix);
      }
      if (way !== 'as-it-is') mend(copy, way);
      const db = opened(copy);
      if (db === null) continue;
      try {
        return work(db);
      } finally {
        db.close();
      }
    }
  } finally {
    remove(copy);
  }
}

/** Null when not even the list of tables can be read. */
function opened(path: string): Database.Database | null {
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { fileMustExist: true });
    // Lets SQLite go on where the schema is in part unreadable or the file is shorter than its header says.
    db.unsafeMode(true);
    db.pragma('writable_schema = ON');
    db.pragma('query_only = ON');
    const known = db.prepare(
      "SELECT count(*) FROM sqlite_schema WHERE name IN ('updates', 'prompts', 'wishes')",
    );
    if (Number(known.pluck().get()) > 0) return db;
  } catch {
    // the next way may do better
  }
  db?.close();
  return null;
}

/** Puts the beginning of an empty database before the copy; all of it where there is nothing but the log. */
function mend(path: string, how: 'header' | 'page'): void {
  const template = emptyDatabase();
  const pageSize = template.readUInt16BE(AT.pageSize);
  const there = existsSync(path) ? statSync(path).size : 0;
  const size = Math.max(there, template.length);
  const start = Buffer.from(
    there < pageSize ? template : template.subarray(0, how === 'header' ? HEADER : pageSize),
  );
  // 2: with a write-ahead log.
  start.fill(2, AT.versions, AT.versions + 2);
  start.writeUInt32BE(Math.floor(size / pageSize), AT.pages);
  start.copy(start, AT.validFor, AT.changes, AT.changes + 4);
  const file = openSync(path, there === 0 ? 'w' : 'r+');
  try {
    writeSync(file, start, 0, start.length, 0);
  } finally {
    closeSync(file);
  }
}

/** The bytes of a database that holds nothing, with its pages where a new one of ours has them. */
function emptyDatabase(): Buffer {
  const empty = new Database(':memory:');
  try {
    migrate(empty);
    return empty.serialize();
  } finally {
    empty.close();
  }
}

function remove(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
}
