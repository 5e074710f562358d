import type { Database, Statement, Value } from './database';

/** How many gaps are tried in each table: enough for hundreds of damaged pages. */
const PROBES_MAX = 1_000;

/** Rows that are read in one query. */
const PAGE = 200;

type Row = Record<string, Value>;

type Query = Statement<[number, number, number], Row>;

/** Row ids that are not read yet: those between these two. */
interface Gap {
  above: number;
  below: number;
}

interface TableReader {
  readonly up: Query;
  readonly down: Query;
  onRow(row: Row): void;
}

/**
 * Reads every readable row of a table once, whatever is damaged in between: from both ends, then from the middle of
 * what is left, the largest gap first. `complete`: nothing damaged was met.
 */
export function readRows(db: Database, table: string, onRow: (row: Row) => void): { complete: boolean } {
  let reader: TableReader;
  try {
    const select = `SELECT rowid AS "#", * FROM "${table}" NOT INDEXED WHERE rowid > ? AND rowid < ?`;
    const up: Query = db.prepare(`${select} ORDER BY rowid LIMIT ?`);
    const down: Query = db.prepare(`${select} ORDER BY rowid DESC LIMIT ?`);
    reader = { up, down, onRow };
  } catch (error) {
    // A database of an earlier version lacks the table, and lost nothing of it.
    return { complete: /no such table/.test(String(error)) && hasSchema(db) };
  }
  let complete = true;
  const gaps: Gap[] = [{ above: -1, below: Number.MAX_SAFE_INTEGER }];
  // Each gap is half as large as the one that it comes from, so the largest come first.
  for (let probes = 0; probes < PROBES_MAX; probes++) {
    const gap = gaps[probes];
    if (gap === undefined) break;
    const above = advance(reader, gap, 'up');
    if (above === null) continue;
    complete = false;
    const below = advance(reader, { ...gap, above }, 'down');
    if (below === null || below - above < 2) continue;
    const middle = Math.floor((above + below) / 2);
    if (middle > above && middle < below) gaps.push({ above, below: middle + 1 }, { above: middle, below });
  }
  return { complete };
}

/** Reads in one direction. Null at the end of the gap; before something damaged, the last row id that was read. */
function advance(reader: TableReader, gap: Gap, direction: 'up' | 'down'): number | null {
  const isUp = direction === 'up';
  let { above, below } = gap;
  for (let page = PAGE; ;) {
    let rows: Row[];
    try {
      rows = reader[direction].all(above, below, page);
    } catch {
      // The last rows before the damage come one by one.
      if (page === 1) return isUp ? above : below;
      page = 1;
      continue;
    }
    for (const row of rows) {
      const { '#': rowid, ...columns } = row;
      const id = Number(rowid);
      // A damaged tree can lead in a circle.
      if (!(id > above && id < below)) return isUp ? above : below;
      if (isUp) above = id;
      else below = id;
      reader.onRow(columns);
    }
    if (rows.length < page) return null;
  }
}

function hasSchema(db: Database): boolean {
  try {
    return db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'updates'").get() !== undefined;
  } catch {
    return false;
  }
}
