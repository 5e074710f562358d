import type { Database, Value } from './database';
import { openDamaged } from './damaged';
import { isRefused } from './faults';
import { readRows } from './readable';

/** What was copied from a damaged database. */
export interface Salvaged {
  /** Messages of users that the agents do not have yet. */
  messages: number;
  /** Views that still had to be shown in a chat. */
  shows: number;
  /** Tables that could not be read in whole. */
  damaged: readonly Table[];
}

/** The tables in the order in which they are copied: a row comes after the row that it refers to. */
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

export type Table = (typeof TABLES)[number];

type Row = Record<string, Value>;

/**
 * Copies every readable row of the damaged database at `path` into a new one, as part of the caller's transaction. The
 * damaged file stays as it is. Throws only when the disk is full.
 */
export function salvage(path: string, into: Database, now: number): Salvaged {
  const damaged = new Set<Table>(TABLES);
  openDamaged(path, (from) => {
    for (const table of TABLES) if (copyTable(from, into, table)) damaged.delete(table);
  });
  raiseRequestIds(into, now);
  if (damaged.has('next_update') || damaged.has('updates')) restoreNextUpdate(into);
  const count = (sql: string): number => Number(into.prepare(sql).value());
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

/** True when every row could be read and is valid. */
function copyTable(from: Database, into: Database, table: Table): boolean {
  const columns = into
    .prepare<[string], { name: string }>('SELECT name FROM pragma_table_info(?)')
    .all(table);
  let isWhole = true;
  const insert = (row: Row): void => {
    const names = columns.map(({ name }) => name).filter((name) => name in row);
    const list = names.map((name) => `"${name}"`).join(', ');
    const sql = `INSERT OR IGNORE INTO ${table} (${list}) VALUES (${names.map(() => '?').join(', ')})`;
    into.prepare(sql).run(...names.map((name) => row[name] ?? null));
  };
  const { complete } = readRows(from, table, (row) => {
    if (!hasValidBody(row)) return void (isWhole = false);
    try {
      insert(row);
    } catch (error) {
      // A row that the schema refuses is damaged too. A full disk is another matter.
      if (!isRefused(error)) throw error;
      isWhole = false;
    }
  });
  return complete && isWhole;
}

/** A body is JSON, or empty once nobody needs it any more. */
function hasValidBody({ body }: Row): boolean {
  if (body === undefined || body === '') return true;
  if (typeof body !== 'string') return false;
  try {
    return typeof JSON.parse(body) === 'object';
  } catch {
    return false;
  }
}

/**
 * Buttons in the chats carry the ids of requests. A new request therefore gets an id that no lost request can have had:
 * one from the clock, in seconds.
 */
function raiseRequestIds(into: Database, now: number): void {
  into.prepare("DELETE FROM sqlite_sequence WHERE name = 'asks'").run();
  into
    .prepare(
      "INSERT INTO sqlite_sequence (name, seq) SELECT 'asks', max(CAST(? AS INTEGER), ifnull(max(id), 0)) FROM asks",
    )
    .run(Math.floor(now / 1_000));
}

/** Telegram has confirmed every update up to the newest one that is left. */
function restoreNextUpdate(into: Database): void {
  into
    .prepare(
      `INSERT OR REPLACE INTO next_update
       SELECT 1, max(id), max(at) FROM (
         SELECT id, at FROM next_update UNION ALL SELECT id + 1, received_at FROM updates
       ) HAVING count(*) > 0`,
    )
    .run();
}
