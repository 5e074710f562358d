import type { Store } from '../store/open';

/** A stored update. */
export interface StoredUpdate {
  id: number;
  lane: string;
  /** The update as received, JSON. */
  body: string;
  /** When it was stored, ms since the epoch. */
  receivedAt: number;
  /** How often it was claimed before; a worker that was killed while it had it left a claim without a failure. */
  tries: number;
  /** How often handling it ended with an error. */
  failures: number;
  /** The first of those it was claimed with before: what belonged together once is handled together again. */
  together: number | null;
}

/** An update as it goes into the inbox. */
export interface NewUpdate {
  id: number;
  lane: string;
  body: string;
}

/** An update that was set aside for good. */
export interface FailedUpdate {
  id: number;
  /** Its chat, or `other`. */
  lane: string;
  error: string;
  failures: number;
  tries: number;
  /** When it came and when it was set aside, ms since the epoch. */
  receivedAt: number;
  settledAt: number;
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
  /** The oldest open updates of a lane, in order. */
  open(lane: string, most: number): StoredUpdate[];
  /** Claims updates for this instance; they stay together from now on. */
  claim(ids: readonly number[], instance: string): void;
  /** Handled: their content is forgotten. */
  done(ids: readonly number[], at: number): void;
  /** Handling them failed: open again, or set aside for good. */
  failed(ids: readonly number[], error: string, forGood: boolean, at: number): void;
  /** Gives back what other instances claimed and did not finish: they are gone, as this one holds the lock. */
  reclaim(instance: string): number;
  /** Updates not handled yet. */
  depth(): number;
  /** When the oldest update that is not handled yet was stored, ms since the epoch. */
  oldest(): number | undefined;
  /** When an update was stored, ms since the epoch; as long as it is kept. */
  receivedAt(id: number): number | undefined;
  /** What was set aside, newest first; the view `failed_updates` shows the same to other programs. */
  failedUpdates(): FailedUpdate[];
  /** Opens an update again that was set aside; false when it is not there. */
  retry(id: number): boolean;
}

/** How long settled updates are kept, ms: handled ones as long as Telegram could repeat them (24 hours) and more; failed ones for whoever looks into them. */
const KEEP_DONE_MS = 3 * 24 * 3_600_000;
const KEEP_FAILED_MS = 30 * 24 * 3_600_000;

/** The most settled updates of either kind that are kept; Telegram repeats at most the last batch, which is 100. */
const KEEP_COUNT = 1_000;

/** Time between two purges, ms. */
const PURGE_EVERY_MS = 60_000;

/** After a week without updates their ids start anew (Bot API, `Update.update_id`); a day less, to be sure. */
const QUIET_MS = 6 * 24 * 3_600_000;

/** The most characters of an error that are kept. */
const ERROR_MAX = 2_000;

/** The inbox over an open store. */
export function createUpdates(store: Store): Updates {
  const { db } = store;
  const insert = db.prepare(
    'INSERT OR IGNORE INTO updates (id, lane, body, received_at) VALUES (?, ?, ?, ?)',
  );
  const next = db.prepare<[], { id: number; at: number }>('SELECT id, at FROM next_update');
  const setNext = db.prepare('INSERT OR REPLACE INTO next_update VALUES (1, ?, ?)');
  const lanes = db.prepare<[], { lane: string }>("SELECT DISTINCT lane FROM updates WHERE state = 'new'");
  const open = db.prepare<[string, number], StoredUpdate>(
    `SELECT id, lane, body, received_at AS receivedAt, tries, failures, together
     FROM updates WHERE state = 'new' AND lane = ? ORDER BY id LIMIT ?`,
  );
  const claim = db.prepare(
    "UPDATE updates SET state = 'claimed', claimed_by = ?, together = ?, tries = tries + 1 WHERE id = ? AND state = 'new'",
  );
  const done = db.prepare(
    "UPDATE updates SET state = 'done', body = '', error = NULL, settled_at = ? WHERE id = ?",
  );
  const failed = db.prepare(
    'UPDATE updates SET state = ?, error = ?, settled_at = ?, failures = failures + 1 WHERE id = ?',
  );
  const reclaim = db.prepare(
    "UPDATE updates SET state = 'new', claimed_by = NULL WHERE state = 'claimed' AND claimed_by <> ?",
  );
  const waiting = db.prepare<[], { n: number; oldest: number | null }>(
    "SELECT count(*) AS n, min(received_at) AS oldest FROM updates WHERE state IN ('new', 'claimed')",
  );
  const received = db.prepare<[number], { at: number }>('SELECT received_at AS at FROM updates WHERE id = ?');
  const aside = db.prepare<[], FailedUpdate>(
    'SELECT id, lane, error, failures, tries, received_at AS receivedAt, settled_at AS settledAt FROM failed_updates',
  );
  const retry = db.prepare(
    "UPDATE updates SET state = 'new', tries = 0, failures = 0, settled_at = NULL WHERE id = ? AND state = 'failed'",
  );
  const purgeOld = db.prepare('DELETE FROM updates WHERE state = ? AND settled_at < ?');
  const purgeMany = db.prepare(
    `DELETE FROM updates WHERE state = ? AND id IN
       (SELECT id FROM updates WHERE state = ? ORDER BY settled_at DESC LIMIT -1 OFFSET ?)`,
  );
  let purgedAt = 0;

  function purge(at: number): void {
    if (Math.abs(at - purgedAt) < PURGE_EVERY_MS) return;
    purgedAt = at;
    for (const [state, age] of [
      ['done', KEEP_DONE_MS],
      ['failed', KEEP_FAILED_MS],
    ] as const) {
      purgeOld.run(state, at - age);
      purgeMany.run(state, state, KEEP_COUNT);
    }
  }

  return {
    // Confirmed to Telegram, it is nowhere else.
    add: (batch, at) =>
      store.durable(() => {
        let fresh = 0;
        for (const update of batch) fresh += insert.run(update.id, update.lane, update.body, at).changes;
        if (batch.length > 0) setNext.run(Math.max(...batch.map((u) => u.id)) + 1, at);
        purge(at);
        return fresh;
      }),
    nextOffset(at) {
      const row = next.get();
      return row === undefined || row.at < at - QUIET_MS ? 0 : row.id;
    },
    openLanes: () => lanes.all().map((row) => row.lane),
    open: (lane, most) => open.all(lane, most),
    claim: (ids, instance) =>
      store.tx(() => {
        for (const id of ids) claim.run(instance, ids[0], id);
      }),
    done: (ids, at) =>
      store.tx(() => {
        for (const id of ids) done.run(at, id);
      }),
    failed: (ids, error, forGood, at) =>
      store.tx(() => {
        const text = error.slice(0, ERROR_MAX).toWellFormed();
        for (const id of ids) failed.run(forGood ? 'failed' : 'new', text, forGood ? at : null, id);
      }),
    reclaim: (instance) => reclaim.run(instance).changes,
    depth: () => waiting.get()?.n ?? 0,
    oldest: () => waiting.get()?.oldest ?? undefined,
    receivedAt: (id) => received.get(id)?.at,
    failedUpdates: () => aside.all(),
    retry: (id) => retry.run(id).changes > 0,
  };
}
