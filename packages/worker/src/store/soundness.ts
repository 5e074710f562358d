import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { Database } from './database';
import { BrokenDatabase, isBroken } from './faults';

/** A database up to this size is checked whole at each start, bytes: it takes some ten milliseconds. */
const WHOLE_MAX = 16 * 1024 * 1024;

/** Tables that grow with use. In a large database they are checked only when reading has met damage. */
const GROWING: ReadonlySet<string> = new Set(['prompts', 'posted', 'askers']);

/** Exists since something damaged was read, until the whole database is checked. */
const suspicion = (path: string): string => `${path}.suspect`;

/**
 * Checks a database before it is used. A large one, which would keep the first poll waiting, is checked whole only when
 * something damaged was read before; see {@link noticeDamage}. Throws {@link BrokenDatabase}, or what SQLite throws.
 */
export function checkSoundness(db: Database): void {
  const { path } = db;
  const isSuspect = existsSync(suspicion(path));
  if (isSuspect || statSync(path).size <= WHOLE_MAX) check(db, 1);
  else
    for (const table of tablesOf(db)) if (!GROWING.has(table)) check(db, `'${table.replaceAll("'", "''")}'`);
  if (isSuspect) rmSync(suspicion(path), { force: true });
}

function check(db: Database, what: string | number): void {
  const result = db.pragma(`quick_check(${what})`);
  if (result !== 'ok') throw new BrokenDatabase(String(result));
}

function tablesOf(db: Database): string[] {
  const tables = db.prepare<[], { name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
  );
  return tables.all().map(({ name }) => name);
}

/** If the error means damage, the next start checks the whole database, however large it is. */
export function noticeDamage(path: string, error: unknown): void {
  if (!isBroken(error)) return;
  try {
    writeFileSync(suspicion(path), '', { mode: 0o600 });
  } catch {
    // The error itself is reported by the caller. Reading it again notices it again.
  }
}

/** A database that was replaced is not suspect. */
export function clearSuspicion(path: string): void {
  rmSync(suspicion(path), { force: true });
}
