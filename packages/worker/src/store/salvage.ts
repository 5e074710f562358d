import type Database from 'better-sqlite3';
import { openDamaged } from './damaged';
import { readRows } from './readable';

/** What was taken over from a damaged database. */
export interface Salvaged {
  /** Messages of people that the agents do not have yet. */
  messages: number;
  /** What was still to be shown in a chat. */
  shows: number;
  /** Tables of which something, or all, could not be read. */
  damaged: readonly Table[];
}

/** What is taken over, in this order: a row that belongs to another one comes after it. */
const TABLES = [
  'sessions',
  'tails',
  'settings',
  'next_update',
  'updates',
  'prompts',
  'parcels',
  'parcel_messages',
  'inbox_files',
  'wishes',
  'posted',
  'pauses',
  'asks',
  'askers',
  'veiled',
  'offers',
] as const;

/** A table that is taken over. */
export type Table = (typeof TABLES)[number];

type Row = Record<string, unknown>;

/**
 * Takes over into a new database whatever of a damaged one at `path` can be read, row by row, as part of the caller's
 * transaction. The damaged one is left as it is. Throws only what writing into the new one throws for want of room.
 */
export function salvage(path: string, into: Database.Database, now: number): Salvaged {
  const damaged = new Set<Table>(TABLES);
  openDamaged(path, (from) => {
    for (const table of TABLES) if (copy(from, into, table)) damaged.delete(table);
  });
  keepIdsNew(into, damaged, now);
  const count = (sql: string): number => Number(into.prepare(sql).pluck().get());
  return {
    messages: count(
      `SELECT (SELECT count(*) FROM updates WHERE state IN ('new', 'claimed'))
            + (SELECT count(*) FROM parcels WHERE state IN ('preparing', 'ready'))
            + (SELECT count(*) FROM prompts WHERE state IN ('waiting', 'typing', 'typed'))`,
    ),
    shows: count("SELECT count(*) FROM wishes WHERE json_extract(body, '$.class') <> 'card'"),
    damaged: [...damaged],
  };
}

/** True when every row could be read and made sense. */
function copy(from: Database.Database, into: Database.Database, table: Table): boolean {
  const columns = into.pragma(`table_info(${table})`) as { name: string }[];
  let whole = true;
  const insert = (row: Row): void => {
    const names = columns.map(({ name }) => name).filter((name) => name in row);
    const list = names.map((name) => `"${name}"`).join(', ');
    const sql = `INSERT OR IGNORE INTO ${table} (${list}) VALUES (${names.map(() => '?').join(', ')})`;
    into.prepare(sql).run(...names.map((name) => row[name]));
  };
  const { complete } = readRows(from, table, (row) => {
    if (!makesSense(row)) return void (whole = false);
    try {
      insert(row);
    } catch (error) {
      // What the schema refuses is damage too; that there is no room is not.
      if (!String((error as { code?: unknown }).code).startsWith('SQLITE_CONSTRAINT')) throw error;
      whole = false;
    }
  });
  return complete && whole;
}

/** What is kept as JSON parses, unless it was emptied because its time is over. */
function makesSense({ body }: Row): boolean {
  if (body === undefined || body === '') return true;
  if (typeof body !== 'string') return false;
  try {
    return typeof JSON.parse(body) === 'object';
  } catch {
    return false;
  }
}

/**
 * Nothing that a chat still shows may mean something new: buttons carry the ids of requests, so a new request gets an
 * id that no earlier one can have had. And what Telegram confirmed is not asked for again.
 */
function keepIdsNew(into: Database.Database, damaged: ReadonlySet<Table>, now: number): void {
  const seconds = Math.floor(now / 1_000);
  into.prepare("DELETE FROM sqlite_sequence WHERE name = 'asks'").run();
  into
    .prepare("INSERT INTO sqlite_sequence (name, seq) SELECT 'asks', max(?, ifnull(max(id), 0)) FROM asks")
    .run(seconds);
  if (!damaged.has('next_update') && !damaged.has('updates')) return;
  into
    .prepare(
      `INSERT OR REPLACE INTO next_update
       SELECT 1, max(id), max(at) FROM (
         SELECT id, at FROM next_update UNION ALL SELECT id + 1, received_at FROM updates
       ) HAVING count(*) > 0`,
    )
    .run();
}
