import type { OutboxKey } from './keys';
import type { QueuedView } from './model';
import type { Posted } from './decide';
import type { MessageWithFooter, FooterStore, Rows } from './footer';
import type { Store } from '../store/open';

/** A wish on disk. */
export interface QueuedRow {
  seq: number;
  /** Counts the newer views that replaced this one in its place. */
  version: number;
  wanted: QueuedView;
  tries: number;
}

/** What is kept of a message that is shown, beside its looks: its own rows of buttons, those under them, and its session. */
export interface Hung {
  /** Its own rows as JSON; null: it can have none, or is not there yet. */
  own: string | null;
  foot: string;
  session: string | null;
}

/** The outbox on disk: what is wanted, what is posted, and how long a chat is to be left alone. */
export interface ViewQueue extends FooterStore {
  /** Adds a wish; under a key that waits already it replaces the older one, which is returned, and keeps its place and its weight. */
  put(wanted: QueuedView): QueuedView | undefined;
  chats(): number[];
  /** What comes next in a chat: what needs the person first, then in the order of the views, and last what is of little weight. */
  next(chatId: number): QueuedRow | undefined;
  /** The wish is brought about. A newer one that came meanwhile stays; then false. */
  settle(wish: QueuedRow): boolean;
  /** Counts a failed call, or forgets them after one that succeeded. */
  tried(wish: QueuedRow, tries: number): void;
  /** Everything that is wanted. */
  all(): QueuedView[];
  posted(chatId: number, key: OutboxKey): Posted[];
  /** Notes that a part is being sent (`message` null) or shown. */
  post(chatId: number, key: OutboxKey, row: Posted, at: number, hung?: Hung): void;
  /** The key of a message of the bot's, and the session that it is of. */
  messageOf(chatId: number, message: number): { key: OutboxKey; session?: string } | undefined;
  /**
   * How long a chat is still to be left alone, ms; 0: not at all. A pause that seems to begin later than `at` is one
   * from before the clock was set back: it begins anew.
   */
  pauseLeft(chatId: number, at: number): number;
  /** Leaves a chat alone for `ms` from `at` on. `blocked`: because the person has blocked the bot. */
  pause(chatId: number, at: number, ms: number, blocked: boolean): void;
  /** Ends a pause because of a block; a `retry_after` holds whatever the person does. True when there was one. */
  unblock(chatId: number): boolean;
  depth(): number;
  /** Forgets what was posted before `at` and can no longer be edited anyway. */
  prune(at: number): void;
}

interface FootRow {
  key: OutboxKey;
  part: number;
  message: number;
  own: string;
  foot: string;
}

interface Row {
  seq: number;
  version: number;
  body: string;
  tries: number;
}

/** The outbox over an open store. */
export function createViewQueue(store: Store): ViewQueue {
  const { db } = store;
  const put = db.prepare(
    `INSERT INTO wishes (chat, key, rank, body) VALUES (?, ?, ?, ?)
     ON CONFLICT (chat, key) DO UPDATE SET body = excluded.body, rank = excluded.rank, tries = 0, version = version + 1`,
  );
  const waiting = db.prepare<[number, string], { body: string }>(
    'SELECT body FROM wishes WHERE chat = ? AND key = ?',
  );
  const all = db.prepare<[], { body: string }>('SELECT body FROM wishes');
  const chats = db.prepare<[], { chat: number }>('SELECT DISTINCT chat FROM wishes');
  const next = db.prepare<[number], Row>(
    'SELECT seq, version, body, tries FROM wishes WHERE chat = ? ORDER BY rank, seq LIMIT 1',
  );
  const settle = db.prepare('DELETE FROM wishes WHERE seq = ? AND version = ?');
  const tried = db.prepare('UPDATE wishes SET tries = ? WHERE seq = ? AND version = ?');
  const posted = db.prepare<[number, string], Posted>(
    'SELECT part, message, hash, file FROM posted WHERE chat = ? AND key = ? ORDER BY part',
  );
  const post = db.prepare(
    'INSERT OR REPLACE INTO posted (chat, key, part, message, hash, file, at, own, foot, session) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const newest = db.prepare<[number], FootRow>(
    'SELECT key, part, message, own, foot FROM posted WHERE chat = ? AND message IS NOT NULL AND own IS NOT NULL ORDER BY message DESC LIMIT 1',
  );
  const withFooter = db.prepare<[number], FootRow>(
    "SELECT key, part, message, own, foot FROM posted WHERE chat = ? AND foot <> '' AND message IS NOT NULL ORDER BY message",
  );
  const setFoot = db.prepare('UPDATE posted SET foot = ? WHERE chat = ? AND key = ? AND part = ?');
  const messageOf = db.prepare<[number, number], { key: OutboxKey; session: string | null }>(
    'SELECT key, session FROM posted WHERE chat = ? AND message = ?',
  );
  const footed = ({ own, ...row }: FootRow): MessageWithFooter => ({ ...row, own: JSON.parse(own) as Rows });
  const unpost = db.prepare('DELETE FROM posted WHERE chat = ? AND key = ? AND part = ?');
  const pauseOf = db.prepare<[number], { since: number; until: number }>(
    'SELECT since, until FROM pauses WHERE chat = ?',
  );
  const pause = db.prepare('INSERT OR REPLACE INTO pauses (chat, since, until, blocked) VALUES (?, ?, ?, ?)');
  const shift = db.prepare('UPDATE pauses SET since = ?, until = ? WHERE chat = ?');
  const unblock = db.prepare('DELETE FROM pauses WHERE chat = ? AND blocked = 1');
  const depth = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM wishes');
  const prune = db.prepare(
    "DELETE FROM posted WHERE at < ? AND foot = '' AND NOT EXISTS (SELECT 1 FROM wishes w WHERE w.chat = posted.chat AND w.key = posted.key)",
  );
  return {
    put(wanted) {
      const row = waiting.get(wanted.chatId, wanted.key);
      const before = row === undefined ? undefined : (JSON.parse(row.body) as QueuedView);
      const { minor = false, ...weighty } = wanted;
      // Their ranks: 0 what needs the person, 1 all else, 2 what may wait.
      const light = minor && (before === undefined || before.minor === true);
      const rank = wanted.class === 'ask' ? 0 : light ? 2 : 1;
      put.run(wanted.chatId, wanted.key, rank, JSON.stringify(light ? wanted : weighty));
      return before;
    },
    all: () => all.all().map((row) => JSON.parse(row.body) as QueuedView),
    chats: () => chats.all().map((row) => row.chat),
    next(chatId) {
      const row = next.get(chatId);
      if (row === undefined) return undefined;
      return {
        seq: row.seq,
        version: row.version,
        tries: row.tries,
        wanted: JSON.parse(row.body) as QueuedView,
      };
    },
    settle: (wish) => settle.run(wish.seq, wish.version).changes > 0,
    tried(wish, tries) {
      tried.run(tries, wish.seq, wish.version);
    },
    posted: (chatId, key) => posted.all(chatId, key),
    post(chatId, key, row, at, { own, foot, session } = { own: null, foot: '', session: null }) {
      post.run(chatId, key, row.part, row.message, row.hash, row.file, at, own, foot, session);
    },
    newest(chatId) {
      const row = newest.get(chatId);
      return row === undefined ? undefined : footed(row);
    },
    footed: (chatId) => withFooter.all(chatId).map(footed),
    setFoot(chatId, { key, part }, foot) {
      setFoot.run(foot, chatId, key, part);
    },
    waits: (chatId, key) => waiting.get(chatId, key) !== undefined,
    messageOf(chatId, message) {
      const row = messageOf.get(chatId, message);
      return row && { key: row.key, ...(row.session === null ? {} : { session: row.session }) };
    },
    unpost(chatId, key, part) {
      unpost.run(chatId, key, part);
    },
    pauseLeft(chatId, at) {
      const { since, until } = pauseOf.get(chatId) ?? { since: 0, until: 0 };
      if (since <= at) return Math.max(0, until - at);
      shift.run(at, at + until - since, chatId);
      return until - since;
    },
    pause(chatId, at, ms, blocked) {
      pause.run(chatId, at, at + ms, blocked ? 1 : 0);
    },
    unblock: (chatId) => unblock.run(chatId).changes > 0,
    depth: () => depth.get()?.n ?? 0,
    prune(at) {
      prune.run(at);
    },
  };
}
