import type { Store } from './open';

/** A stored update. */
export interface StoredUpdate {
  id: number;
  lane: string;
  /** The update as received, JSON. */
  body: string;
  tries: number;
}

/** An update as it goes into the inbox. */
export interface NewUpdate {
  id: number;
  lane: string;
  body: string;
}

/** The inbox on disk: every update is here before Telegram is told that it arrived. */
export interface Updates {
  /** Stores a batch in one transaction. Ids that are there already are left alone: Telegram repeats what was not confirmed. Returns how many were new. */
  add(batch: readonly NewUpdate[], at: number): number;
  /**
   * The id after the newest one stored: the offset that confirms all before it. 0 before the first, and after a
   * quiet week: Telegram then goes on with a random id, which may be a lower one.
   */
  nextOffset(at: number): number;
  /** Lanes that have something to handle. */
  openLanes(): string[];
  /** Claims the oldest open update of a lane for this instance; undefined when there is none. */
  claim(lane: string, instance: string): StoredUpdate | undefined;
  /** Handled: its content is forgotten. */
  done(id: number, at: number): void;
  /** Handling it failed: open again, or set aside for good. */
  failed(id: number, error: string, forGood: boolean, at: number): void;
  /** Gives back what other instances claimed and did not finish: they are gone, as this one holds the lock. */
  reclaim(instance: string): number;
  /** Updates not handled yet. */
  depth(): number;
}

/** Settled updates older than this are deleted, ms; Telegram itself forgets updates after 24 hours. */
const KEEP_MS = 3 * 24 * 3_600_000;

/** After a week without updates their ids start anew (Bot API, `Update.update_id`); a day less, to be sure. */
const QUIET_MS = 6 * 24 * 3_600_000;

/** The inbox over an open store. */
export function createUpdates(store: Store): Updates {
  const { db } = store;
  const insert = db.prepare(
    'INSERT OR IGNORE INTO updates (id, lane, body, received_at) VALUES (?, ?, ?, ?)',
  );
  const newest = db.prepare<[], { id: number; received_at: number }>(
    'SELECT id, received_at FROM updates ORDER BY received_at DESC, id DESC LIMIT 1',
  );
  const lanes = db.prepare<[], { lane: string }>("SELECT DISTINCT lane FROM updates WHERE state = 'new'");
  const next = db.prepare<[string, string], StoredUpdate>(
    `UPDATE updates SET state = 'claimed', claimed_by = ?, tries = tries + 1
     WHERE id = (SELECT id FROM updates WHERE lane = ? AND state = 'new' ORDER BY id LIMIT 1)
     RETURNING id, lane, body, tries`,
  );
  const done = db.prepare("UPDATE updates SET state = 'done', body = '', settled_at = ? WHERE id = ?");
  const failed = db.prepare('UPDATE updates SET state = ?, error = ?, settled_at = ? WHERE id = ?');
  const reclaim = db.prepare(
    "UPDATE updates SET state = 'new', claimed_by = NULL WHERE state = 'claimed' AND claimed_by <> ?",
  );
  const depth = db.prepare<[], { n: number }>(
    "SELECT count(*) AS n FROM updates WHERE state IN ('new', 'claimed')",
  );
  // The newest row stays whatever its age: the offset is derived from it.
  const purge = db.prepare(
    "DELETE FROM updates WHERE state = 'done' AND settled_at < ? AND received_at < (SELECT max(received_at) FROM updates)",
  );
  return {
    add: (batch, at) =>
      store.tx(() => {
        let fresh = 0;
        for (const update of batch) fresh += insert.run(update.id, update.lane, update.body, at).changes;
        purge.run(at - KEEP_MS);
        return fresh;
      }),
    nextOffset(at) {
      const row = newest.get();
      return row === undefined || row.received_at < at - QUIET_MS ? 0 : row.id + 1;
    },
    openLanes: () => lanes.all().map((row) => row.lane),
    claim: (lane, instance) => store.tx(() => next.get(instance, lane)),
    done(id, at) {
      done.run(at, id);
    },
    failed(id, error, forGood, at) {
      failed.run(forGood ? 'failed' : 'new', error.slice(0, 2_000), forGood ? at : null, id);
    },
    reclaim: (instance) => reclaim.run(instance).changes,
    depth: () => depth.get()?.n ?? 0,
  };
}
