import type { Database } from '../store/database';
import type { Store } from '../store/open';
import { createSettings } from '../store/settings';
import type { RawUpdate, UpdateSink } from '../telegram/poll';
import type { Gate } from './gate';
import type { Inbound } from './model';
import { laneOf, parseUpdate } from './parse';

export interface StoredUpdate {
  id: number;
  lane: string;
  /** The update as received, JSON. */
  body: string;
  /** When it was stored, ms since the epoch. */
  receivedAt: number;
  /** How often it was claimed before. A worker that was killed while handling it left a claim without a failure. */
  tries: number;
  /** How often handling it ended with an error. */
  failures: number;
  /** The id of the first update it was claimed with before: a group stays together. */
  together: number | null;
}

/** An update that was set aside for good. */
export interface FailedUpdate {
  id: number;
  /** Its chat, or `other`. */
  lane: string;
  error: string;
  failures: number;
  tries: number;
  /** When it arrived and when it was set aside, ms since the epoch. */
  receivedAt: number;
  settledAt: number;
}

/**
 * The inbox on disk. Every update that the gate admits is here, as the JSON it arrived in, before Telegram hears that it
 * arrived. What we read in it is kept in memory until it is handled, so an update is parsed once; after a restart, once
 * more.
 */
export interface Updates extends UpdateSink {
  add(batch: readonly RawUpdate[], at: number): number;
  /** The id of the next update as it is on disk, and when the one before it arrived, ms since the epoch; null: none did. */
  next(): { id: number; at: number } | null;
  /** Lanes with something to handle. */
  openLanes(): string[];
  /** The oldest open updates of a lane, in order. */
  open(lane: string, most: number): StoredUpdate[];
  /** What an update says. Throws when the stored JSON is damaged. */
  inboundOf(update: StoredUpdate): Inbound;
  /** Claims updates for this instance as one group. */
  claim(ids: readonly number[], instance: string): void;
  /** Records that updates were handled, and deletes their content. */
  done(ids: readonly number[], at: number): void;
  /** Records that handling failed: the updates are open again, or set aside for good. */
  failed(ids: readonly number[], error: string, forGood: boolean, at: number): void;
  /** Opens what other instances claimed and did not finish. They are gone, because this one holds the lock. */
  reclaim(instance: string): number;
  /** Updates not handled yet. */
  depth(): number;
  /** When the oldest update that is not handled yet was stored, ms since the epoch. */
  oldest(): number | undefined;
  /** When an update was stored, ms since the epoch; undefined once it is deleted. */
  receivedAt(id: number): number | undefined;
  /** Updates set aside for good, newest first. Other programs read the same from the view `failed_updates`. */
  failedUpdates(): FailedUpdate[];
  /** Opens an update again that was set aside; false when there is no such update. */
  retry(id: number): boolean;
}

/**
 * How long settled updates are kept, ms. Handled ones: longer than the 24 hours in which Telegram can repeat them.
 * Failed ones: for whoever looks into the error.
 */
const KEEP_DONE_MS = 3 * 24 * 3_600_000;
const KEEP_FAILED_MS = 30 * 24 * 3_600_000;

/** The most settled updates of either kind that are kept; Telegram repeats at most the last batch, which is 100. */
const KEEP_COUNT = 1_000;

/** Time between two purges, ms. */
const PURGE_EVERY_MS = 60_000;

/**
 * After a week without updates Telegram continues with a random id, which may be lower (Bot API, `Update.update_id`).
 * A day less, to be safe.
 */
const QUIET_MS = 6 * 24 * 3_600_000;

/** The longest error that is stored, UTF-16 units. */
const ERROR_MAX = 2_000;

export interface InboxOptions {
  /**
   * Where the updates come from: a bot and its Bot API server. Each numbers its updates itself, so after a change Telegram
   * is asked for everything it has. Absent: no change.
   */
  source?: string;
  /** Absent: everything is stored. */
  gate?: Gate;
  /** Replaced by tests that count its calls. */
  parse?: typeof parseUpdate;
}

interface InboxState {
  readonly store: Store;
  readonly sql: ReturnType<typeof statements>;
  readonly gate: Gate;
  readonly parse: typeof parseUpdate;
  /** What this process asks for next; null until something has arrived. It can be ahead of the disk: see `add`. */
  next: { id: number; at: number } | null;
  /** What updates say, by id, until they are handled. */
  readonly inbounds: Map<number, Inbound>;
  purgedAt: number;
}

const OPEN_GATE: Gate = { admits: () => true, turnAway: () => undefined };

export function createUpdates(store: Store, options: InboxOptions = {}): Updates {
  const sql = statements(store.db);
  const { gate = OPEN_GATE, parse = parseUpdate, source } = options;
  if (source !== undefined) noteSource(store, sql, source);
  const state: InboxState = { store, sql, gate, parse, next: null, inbounds: new Map(), purgedAt: 0 };
  return {
    add: (batch, at) => add(state, batch, at),
    nextOffset(at) {
      const row = state.next ?? sql.next.get();
      return row === undefined || row.at < at - QUIET_MS ? 0 : row.id;
    },
    next: () => sql.next.get() ?? null,
    openLanes: () => sql.lanes.all().map((row) => row.lane),
    open: (lane, most) => sql.open.all(lane, most),
    inboundOf: (update) => inboundOf(state, update),
    claim: (ids, instance) =>
      store.tx(() => {
        for (const id of ids) sql.claim.run(instance, ids[0] ?? id, id);
      }),
    done: (ids, at) => done(state, ids, at),
    failed: (ids, error, forGood, at) => failed(state, ids, error, forGood ? at : null),
    reclaim: (instance) => sql.reclaim.run(instance).changes,
    depth: () => sql.waiting.get()?.n ?? 0,
    oldest: () => sql.waiting.get()?.oldest ?? undefined,
    receivedAt: (id) => sql.received.get(id)?.at,
    failedUpdates: () => sql.setAside.all(),
    retry: (id) => sql.retry.run(id).changes > 0,
  };
}

/**
 * With an offset from another bot or server, Telegram would treat new messages as already received, and deliver none of
 * them. Stored updates are kept: after a move the new server may continue the numbering, and repeat the last updates.
 */
function noteSource(store: Store, sql: InboxState['sql'], source: string): void {
  const settings = createSettings(store);
  const before = settings.get('inbox', 'source');
  if (before === source) return;
  store.tx(() => {
    settings.set('inbox', 'source', source);
    if (before !== undefined) sql.forgetNext.run();
  });
}

function statements(db: Database) {
  return {
    insert: db.prepare('INSERT OR IGNORE INTO updates (id, lane, body, received_at) VALUES (?, ?, ?, ?)'),
    next: db.prepare<[], { id: number; at: number }>('SELECT id, at FROM next_update'),
    setNext: db.prepare('INSERT OR REPLACE INTO next_update VALUES (1, ?, ?)'),
    forgetNext: db.prepare('DELETE FROM next_update'),
    lanes: db.prepare<[], { lane: string }>("SELECT DISTINCT lane FROM updates WHERE state = 'new'"),
    open: db.prepare<[string, number], StoredUpdate>(
      `SELECT id, lane, body, received_at AS receivedAt, tries, failures, together
       FROM updates WHERE state = 'new' AND lane = ? ORDER BY id LIMIT ?`,
    ),
    claim: db.prepare(
      "UPDATE updates SET state = 'claimed', claimed_by = ?, together = ?, tries = tries + 1 WHERE id = ? AND state = 'new'",
    ),
    done: db.prepare(
      "UPDATE updates SET state = 'done', body = '', error = NULL, settled_at = ? WHERE id = ?",
    ),
    failed: db.prepare(
      'UPDATE updates SET state = ?, error = ?, settled_at = ?, failures = failures + 1 WHERE id = ?',
    ),
    reclaim: db.prepare(
      "UPDATE updates SET state = 'new', claimed_by = NULL WHERE state = 'claimed' AND claimed_by <> ?",
    ),
    waiting: db.prepare<[], { n: number; oldest: number | null }>(
      "SELECT count(*) AS n, min(received_at) AS oldest FROM updates WHERE state IN ('new', 'claimed')",
    ),
    received: db.prepare<[number], { at: number }>('SELECT received_at AS at FROM updates WHERE id = ?'),
    setAside: db.prepare<[], FailedUpdate>(
      'SELECT id, lane, error, failures, tries, received_at AS receivedAt, settled_at AS settledAt FROM failed_updates',
    ),
    retry: db.prepare(
      "UPDATE updates SET state = 'new', tries = 0, failures = 0, settled_at = NULL WHERE id = ? AND state = 'failed'",
    ),
    purgeOld: db.prepare('DELETE FROM updates WHERE state = ? AND settled_at < ?'),
    purgeMany: db.prepare(
      `DELETE FROM updates WHERE state = ? AND id IN
         (SELECT id FROM updates WHERE state = ? ORDER BY settled_at DESC LIMIT -1 OFFSET ?)`,
    ),
  };
}

/**
 * Stores what the gate admits, and moves the offset behind the whole batch. A batch of others alone is not worth a write:
 * the offset moves in memory only. After a crash Telegram is asked from the stored offset, and what it still has of them
 * is turned away once more.
 */
function add(state: InboxState, batch: Parameters<Updates['add']>[0], at: number): number {
  if (batch.length === 0) return 0;
  const { gate } = state;
  const parsed = batch.map((raw) => ({ raw, id: raw.update_id, inbound: state.parse(raw, at) }));
  const admitted = parsed.filter(({ inbound }) => gate.admits(inbound));
  const next = { id: Math.max(...parsed.map(({ id }) => id)) + 1, at };
  const fresh = admitted.length === 0 ? [] : insert(state, admitted, next);
  state.next = next;
  for (const { id, inbound } of fresh) state.inbounds.set(id, inbound);
  // Only now: a batch that found the disk full comes again.
  for (const { inbound } of parsed) if (!gate.admits(inbound)) gate.turnAway(inbound);
  return fresh.length;
}

interface ParsedUpdate {
  raw: unknown;
  id: number;
  inbound: Inbound;
}

/** Returns those that are new. */
function insert(
  state: InboxState,
  updates: readonly ParsedUpdate[],
  next: { id: number; at: number },
): ParsedUpdate[] {
  const { store, sql } = state;
  // Durable: once it is confirmed to Telegram, it is nowhere else.
  return store.durable(() => {
    const inserted = updates.filter(
      ({ raw, id, inbound }) => sql.insert.run(id, laneOf(inbound), JSON.stringify(raw), next.at).changes > 0,
    );
    sql.setNext.run(next.id, next.at);
    purge(state, next.at);
    return inserted;
  });
}

function inboundOf(state: InboxState, update: StoredUpdate): Inbound {
  const known = state.inbounds.get(update.id);
  if (known !== undefined) return known;
  const inbound = state.parse(JSON.parse(update.body), update.receivedAt);
  state.inbounds.set(update.id, inbound);
  return inbound;
}

function done(state: InboxState, ids: readonly number[], at: number): void {
  state.store.tx(() => {
    for (const id of ids) state.sql.done.run(at, id);
  });
  forget(state, ids);
}

/** `setAsideAt` null: the updates are tried again. */
function failed(state: InboxState, ids: readonly number[], error: string, setAsideAt: number | null): void {
  state.store.tx(() => {
    const text = error.slice(0, ERROR_MAX).toWellFormed();
    for (const id of ids) state.sql.failed.run(setAsideAt === null ? 'new' : 'failed', text, setAsideAt, id);
  });
  if (setAsideAt !== null) forget(state, ids);
}

function forget(state: InboxState, ids: readonly number[]): void {
  for (const id of ids) state.inbounds.delete(id);
}

function purge(state: InboxState, at: number): void {
  const { sql } = state;
  if (Math.abs(at - state.purgedAt) < PURGE_EVERY_MS) return;
  state.purgedAt = at;
  const ages = [
    ['done', KEEP_DONE_MS],
    ['failed', KEEP_FAILED_MS],
  ] as const;
  for (const [settled, age] of ages) {
    sql.purgeOld.run(settled, at - age);
    sql.purgeMany.run(settled, settled, KEEP_COUNT);
  }
}
