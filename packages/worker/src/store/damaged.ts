import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { SUFFIXES } from './connection';
import type { Database } from './database';
import { migrate } from './migrations';
import { openSqlite } from './sqlite';

/** Length of SQLite's file header, bytes. */
const HEADER_SIZE = 100;

/** Offsets of header fields that depend on the file (SQLite, "Database File Format" 1.3). */
const OFFSET = { pageSize: 16, versions: 18, changes: 24, pages: 28, validFor: 92 };

/** How the copy's first page is repaired, the gentlest attempt first. */
const REPAIRS = ['none', 'header', 'page'] as const;

type Repair = (typeof REPAIRS)[number];

/**
 * Opens a copy of a damaged database so that everything that is left of it can be read, and removes the copy afterwards.
 * Where the start of the file is gone, it is taken from a new database, whose tables start at the same pages. `work` is
 * not called for a file that cannot be opened at all.
 */
export function openDamaged(path: string, work: (db: Database) => void): void {
  const copy = `${path}.salvage`;
  try {
    for (const repair of REPAIRS) {
      removeDatabase(copy);
      for (const suffix of ['', '-wal']) {
        if (existsSync(path + suffix)) copyFileSync(path + suffix, copy + suffix);
      }
      if (repair !== 'none') repairStart(copy, repair);
      const db = openReadable(copy);
      if (db === null) continue;
      try {
        return work(db);
      } finally {
        db.close();
      }
    }
  } finally {
    removeDatabase(copy);
  }
}

/** Null when not even the list of tables can be read. */
function openReadable(path: string): Database | null {
  let db: Database | undefined;
  try {
    db = openSqlite(path, { fileMustExist: true, unsafe: true });
    // SQLite then continues where part of the schema is unreadable or the file is shorter than its header says.
    db.pragma('writable_schema = ON');
    db.pragma('query_only = ON');
    const known = db.prepare(
      "SELECT count(*) FROM sqlite_schema WHERE name IN ('updates', 'prompts', 'wishes')",
    );
    if (Number(known.value()) > 0) return db;
  } catch {
    // the next repair may help
  }
  db?.close();
  return null;
}

/** Writes the start of an empty database over the copy's; the whole database where only the log is left. */
function repairStart(path: string, repair: Exclude<Repair, 'none'>): void {
  const template = emptyDatabase(`${path}.template`);
  const pageSize = template.readUInt16BE(OFFSET.pageSize);
  const oldSize = existsSync(path) ? statSync(path).size : 0;
  const size = Math.max(oldSize, template.length);
  const start = Buffer.from(
    oldSize < pageSize ? template : template.subarray(0, repair === 'header' ? HEADER_SIZE : pageSize),
  );
  // 2: with a write-ahead log.
  start.fill(2, OFFSET.versions, OFFSET.versions + 2);
  start.writeUInt32BE(Math.floor(size / pageSize), OFFSET.pages);
  start.copy(start, OFFSET.validFor, OFFSET.changes, OFFSET.changes + 4);
  const file = openSync(path, oldSize === 0 ? 'w' : 'r+');
  try {
    writeSync(file, start, 0, start.length, 0);
  } finally {
    closeSync(file);
  }
}

/** The bytes of a new database without rows, which is written to `path` for a moment. */
function emptyDatabase(path: string): Buffer {
  removeDatabase(path);
  try {
    const empty = openSqlite(path);
    try {
      migrate(empty);
    } finally {
      empty.close();
    }
    return readFileSync(path);
  } finally {
    removeDatabase(path);
  }
}

function removeDatabase(path: string): void {
  for (const suffix of SUFFIXES) rmSync(path + suffix, { force: true });
}
