import type Database from 'better-sqlite3';

/** How often a place between two readable ones is looked at, for each table: enough for hundreds of damaged pages. */
const PROBES_MAX = 1_000;

/** Rows that are read at once. */
const PAGE = 200;

type Row = Record<string, unknown>;

/** What is not read yet: the row ids between two that were. */
interface Gap {
  above: number;
  below: number;
}

/**
 * Reads every row of a table that can be read, whatever lies broken in between, each once: from both ends, then in the
 * middle of what is left, the largest part first. `complete`: nothing broken was met.
 */
export function readRows(
  db: Database.Database,
  table: string,
  onRow: (row: Row) => void,
): { complete: boolean } {
  let up: Database.Statement<[number, number, number], Row>;
  let down: Database.Statement<[number, number, number], Row>;
  try {
    const select = `SELECT rowid AS "#", * FROM "${table}" NOT INDEXED WHERE rowid > ? AND rowid < ?`;
    up = db.prepare(`${select} ORDER BY rowid LIMIT ?`);
    down = db.prepare(`${select} ORDER BY rowid DESC LIMIT ?`);
  } catch (error) {
    // A database of an earlier version has no such table, and lost nothing of it.
    return { complete: /no such table/.test(String(error)) && hasSchema(db) };
  }

  /** Reads in one direction up to the end of the gap (null) or to what is broken: the row id it came to. */
  function advance(gap: Gap, upwards: boolean): number | null {
    let { above, below } = gap;
    for (let page = PAGE; ;) {
      let rows: Row[];
      try {
        rows = (upwards ? up : down).all(above, below, page);
      } catch {
        // The last ones before the broken place come one by one.
        if (page > 1) page = 1;
        else return upwards ? above : below;
        continue;
      }
      for (const row of rows) {
        const { '#': rowid, ...columns } = row;
        const id = Number(rowid);
        // A broken tree can lead in a circle.
        if (!(id > above && id < below)) return upwards ? above : below;
        if (upwards) above = id;
        else below = id;
        onRow(columns);
      }
      if (rows.length < page) return null;
    }
  }

  let complete = true;
  const gaps: Gap[] = [{ above: -1, below: Number.MAX_SAFE_INTEGER }];
  // Each is half as large as the one it comes from, so the largest come first.
  for (let probes = 0; probes < PROBES_MAX; probes++) {
    const gap = gaps[probes];
    if (gap === undefined) break;
    const above = advance(gap, true);
    if (above === null) continue;
    complete = false;
    const below = advance({ ...gap, above }, false);
    if (below === null || below - above < 2) continue;
    const middle = Math.floor((above + below) / 2);
    if (middle > above && middle < below) gaps.push({ above, below: middle + 1 }, { above: middle, below });
  }
  return { complete };
}

function hasSchema(db: Database.Database): boolean {
  try {
    return db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'updates'").get() !== undefined;
  } catch {
    return false;
  }
}
