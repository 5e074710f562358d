import type { LogFn } from '@ccbot/shared/log/logger';
import type { Store } from '../store/open';
import type { Posted } from './decide';
import type { FooterStore, MessageWithFooter } from './footer';
import type { OutboxKey } from './keys';
import type { QueuedView, Thread } from './model';
import type { LostThreads } from './place';
import { parseButtonRows, parseQueuedView, queuedViewRow } from './rows';

/** A queued view on disk. */
export interface QueuedRow {
  seq: number;
  /** Counts the newer views that replaced this one in its place. */
  version: number;
  queued: QueuedView;
  /** Failed calls for it. */
  tries: number;
}

/** What is stored of the buttons and the session of a message that is shown. */
export interface PostedExtras {
  /** Its own rows of buttons as JSON; null: it can have none, or is not shown yet. */
  own: string | null;
  /** The footer under them as JSON; empty: none. */
  footer: string;
  session: string | null;
}

/** The outbox on disk: what is queued, what is posted, and how long each chat must be left alone. */
export interface ViewQueue extends FooterStore, LostThreads {
  /** Queues a view. One that waits under the same key is replaced and returned; the new one has its place. */
  put(queued: QueuedView): QueuedView | undefined;
  chats(): number[];
  /** What comes next in a chat: views of the class `ask` first, then answers and notices in their order, then cards, minor views last. */
  next(chatId: number): QueuedRow | undefined;
  /** Deletes a view that is shown. False when a newer one replaced it meanwhile, which stays. */
  settle(row: QueuedRow): boolean;
  /** Sets the count of failed calls. */
  tried(row: QueuedRow, tries: number): void;
  /** Everything that is queued. */
  all(): QueuedView[];
  posted(chatId: number, key: OutboxKey): Posted[];
  /** Records that a part is being sent (`message` null) or is shown. */
  post(chatId: number, key: OutboxKey, row: Posted, at: number, extras?: PostedExtras): void;
  /** The key of one of the bot's messages, and its session. */
  messageOf(chatId: number, message: number): { key: OutboxKey; session?: string } | undefined;
  /** The bot's messages that are known here, newest first, `most` at most. `at`: when they were last changed, ms since the epoch. */
  newestMessages(most: number): { chatId: number; message: number; at: number }[];
  /** Whether a send to the chat began at or after `since`, ms since the epoch, whose message is not recorded yet. */
  isSending(chatId: number, since: number): boolean;
  /**
   * How long a chat must still be left alone, ms; 0: not at all. A pause that seems to begin later than `at` is from
   * before the clock was set back: it starts again.
   */
  pauseLeft(chatId: number, at: number): number;
  /** Leaves a chat alone for `ms` from `at` on. `blocked`: because the user has blocked the bot. */
  pause(chatId: number, at: number, ms: number, blocked: boolean): void;
  /** Ends a pause because of a block; a `retry_after` stays, whatever the user does. True when there was one. */
  unblock(chatId: number): boolean;
  /** How many views wait. */
  depth(): number;
  /** Forgets at most `limit` rows of what was posted before `at` and can no longer be edited. Returns how many. */
  prune(at: number, limit: number): number;
}

/**
 * The order in which views are sent: what the user reads or must answer never waits for a live card. A row that cannot be
 * read is set aside: its rank is raised beyond all others. Ranks are stored: earlier versions wrote 1 for cards, 2 for
 * minor views.
 */
const RANK = { ask: 0, message: 1, card: 2, minor: 3, setAside: 10 };

function rankOf({ class: kind }: QueuedView, isMinor: boolean): number {
  if (kind === 'ask') return RANK.ask;
  if (isMinor) return RANK.minor;
  return kind === 'card' ? RANK.card : RANK.message;
}

interface FooterRow {
  key: OutboxKey;
  part: number;
  thread: Thread;
  message: number;
  own: string;
  footer: string;
}

interface Row {
  seq: number;
  version: number;
  body: string;
  tries: number;
}

/** The queue over an open store. Rows that an earlier run set aside are tried again: another version may have written them. */
export function createViewQueue(store: Store, log: LogFn): ViewQueue {
  store.db.prepare('UPDATE wishes SET rank = rank - ? WHERE rank >= ?').run(RANK.setAside, RANK.setAside);
  return {
    ...queuedRows(store, log),
    ...postedRows(store),
    ...footerRows(store, log),
    ...pauseRows(store),
    ...lostThreadRows(store),
  };
}

/** The table of queued views. */
function queuedRows(
  { db }: Store,
  log: LogFn,
): Pick<ViewQueue, 'put' | 'all' | 'chats' | 'next' | 'settle' | 'tried' | 'waits' | 'depth'> {
  const readable = `rank < ${RANK.setAside}`;
  const put = db.prepare(
    `INSERT INTO wishes (chat, key, rank, body) VALUES (?, ?, ?, ?)
     ON CONFLICT (chat, key) DO UPDATE SET body = excluded.body, rank = excluded.rank, tries = 0, version = version + 1`,
  );
  const waiting = db.prepare<[number, string], Row>(
    `SELECT seq, version, body, tries FROM wishes WHERE chat = ? AND key = ? AND ${readable}`,
  );
  const all = db.prepare<[], Row>(`SELECT seq, version, body, tries FROM wishes WHERE ${readable}`);
  const chats = db.prepare<[], { chat: number }>(`SELECT DISTINCT chat FROM wishes WHERE ${readable}`);
  const next = db.prepare<[number], Row>(
    `SELECT seq, version, body, tries FROM wishes WHERE chat = ? AND ${readable} ORDER BY rank, seq LIMIT 1`,
  );
  const settle = db.prepare('DELETE FROM wishes WHERE seq = ? AND version = ?');
  const tried = db.prepare('UPDATE wishes SET tries = ? WHERE seq = ? AND version = ?');
  const depth = db.prepare<[], { n: number }>(`SELECT count(*) AS n FROM wishes WHERE ${readable}`);
  const setAside = db.prepare('UPDATE wishes SET rank = rank + ? WHERE seq = ?');

  /** Null: the row cannot be read, and is set aside. */
  function read(row: Row): QueuedView | null {
    const parsed = parseQueuedView(row.body);
    if (parsed.ok) return parsed.value;
    log('error', 'queued view set aside: row unreadable', { seq: row.seq, reason: parsed.reason });
    setAside.run(RANK.setAside, row.seq);
    return null;
  }

  return {
    put(queued) {
      const row = waiting.get(queued.chatId, queued.key);
      const before = row === undefined ? null : read(row);
      const { minor = false, ...notMinor } = queued;
      const isMinor = minor && (before === null || before.minor === true);
      const body = queuedViewRow(isMinor ? queued : notMinor);
      put.run(queued.chatId, queued.key, rankOf(queued, isMinor), body);
      return before ?? undefined;
    },
    all: () => all.all().flatMap((row) => read(row) ?? []),
    chats: () => chats.all().map((row) => row.chat),
    next(chatId) {
      for (let row = next.get(chatId); row !== undefined; row = next.get(chatId)) {
        const queued = read(row);
        if (queued !== null) return { seq: row.seq, version: row.version, tries: row.tries, queued };
      }
      return undefined;
    },
    settle: (row) => settle.run(row.seq, row.version).changes > 0,
    tried(row, tries) {
      tried.run(tries, row.seq, row.version);
    },
    waits: (chatId, key) => waiting.get(chatId, key) !== undefined,
    depth: () => depth.get()?.n ?? 0,
  };
}

/** The table of posted messages. */
function postedRows({
  db,
}: Store): Pick<
  ViewQueue,
  'posted' | 'post' | 'messageOf' | 'newestMessages' | 'isSending' | 'unpost' | 'prune'
> {
  const posted = db.prepare<[number, string], Posted>(
    'SELECT part, message, hash, file, thread FROM posted WHERE chat = ? AND key = ? ORDER BY part',
  );
  const post = db.prepare(
    'INSERT OR REPLACE INTO posted (chat, key, part, message, hash, file, thread, at, own, foot, session) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const messageOf = db.prepare<[number, number], { key: OutboxKey; session: string | null }>(
    'SELECT key, session FROM posted WHERE chat = ? AND message = ?',
  );
  // Without a condition on the time, the index is not searched.
  const newestMessages = db.prepare<[number], { chatId: number; message: number; at: number }>(
    'SELECT chat AS chatId, message, at FROM posted WHERE at >= 0 AND message IS NOT NULL ORDER BY at DESC, message DESC LIMIT ?',
  );
  const sending = db.prepare<[number, number], { one: number }>(
    'SELECT 1 AS one FROM posted WHERE chat = ? AND message IS NULL AND at >= ? LIMIT 1',
  );
  const unpost = db.prepare('DELETE FROM posted WHERE chat = ? AND key = ? AND part = ?');
  const prune = db.prepare(
    `DELETE FROM posted WHERE rowid IN
       (SELECT rowid FROM posted WHERE at < ? AND foot = ''
          AND NOT EXISTS (SELECT 1 FROM wishes w WHERE w.chat = posted.chat AND w.key = posted.key) LIMIT ?)`,
  );
  return {
    posted: (chatId, key) => posted.all(chatId, key),
    post(chatId, key, row, at, { own, footer, session } = { own: null, footer: '', session: null }) {
      const { part, message, hash, file, thread } = row;
      post.run(chatId, key, part, message, hash, file, thread, at, own, footer, session);
    },
    messageOf(chatId, message) {
      const row = messageOf.get(chatId, message);
      return row && { key: row.key, ...(row.session === null ? {} : { session: row.session }) };
    },
    newestMessages: (most) => newestMessages.all(most),
    isSending: (chatId, since) => sending.get(chatId, since) !== undefined,
    unpost(chatId, key, part) {
      unpost.run(chatId, key, part);
    },
    prune: (at, limit) => Number(prune.run(at, limit).changes),
  };
}

/** What the footer reads and writes of posted messages. */
function footerRows(
  { db }: Store,
  log: LogFn,
): Pick<ViewQueue, 'newest' | 'newestWith' | 'footed' | 'footerOf' | 'setFooter'> {
  const columns = 'key, part, thread, message, own, foot AS footer';
  const newest = db.prepare<[number], FooterRow>(
    `SELECT ${columns} FROM posted WHERE chat = ? AND message IS NOT NULL AND own IS NOT NULL ORDER BY message DESC LIMIT 1`,
  );
  const newestInThread = db.prepare<[number, number], FooterRow>(
    `SELECT ${columns} FROM posted WHERE chat = ? AND thread = ? AND message IS NOT NULL AND own IS NOT NULL ORDER BY message DESC LIMIT 1`,
  );
  const threadOfMessage = db.prepare<[number, number], { thread: Thread }>(
    'SELECT thread FROM posted WHERE chat = ? AND message = ?',
  );
  const withFooter = db.prepare<[number], FooterRow>(
    `SELECT ${columns} FROM posted WHERE chat = ? AND foot <> '' AND own IS NOT NULL AND message IS NOT NULL ORDER BY message`,
  );
  const footOf = db.prepare<[number, number], { foot: string }>(
    "SELECT foot FROM posted WHERE chat = ? AND message = ? AND foot <> ''",
  );
  const setFooter = db.prepare('UPDATE posted SET foot = ? WHERE chat = ? AND key = ? AND part = ?');
  const setAside = db.prepare(
    "UPDATE posted SET own = NULL, foot = '' WHERE chat = ? AND key = ? AND part = ?",
  );

  /** Null: its buttons cannot be read. They stay as they are, and the message gets no footer. */
  function read(chatId: number, { own, ...row }: FooterRow): MessageWithFooter | null {
    const parsed = parseButtonRows(own);
    if (parsed.ok) return { ...row, own: parsed.value };
    log('error', 'posted buttons set aside: row unreadable', { chatId, key: row.key, reason: parsed.reason });
    setAside.run(chatId, row.key, row.part);
    return null;
  }

  function firstReadable(chatId: number, next: () => FooterRow | undefined): MessageWithFooter | undefined {
    for (let row = next(); row !== undefined; row = next()) {
      const message = read(chatId, row);
      if (message !== null) return message;
    }
    return undefined;
  }

  return {
    newest: (chatId) => firstReadable(chatId, () => newest.get(chatId)),
    newestWith(chatId, message) {
      const thread = threadOfMessage.get(chatId, message)?.thread;
      if (thread === undefined) return undefined;
      return firstReadable(chatId, () => newestInThread.get(chatId, thread));
    },
    footerOf(chatId, message) {
      const found = footOf.get(chatId, message);
      const parsed = found === undefined ? undefined : parseButtonRows(found.foot);
      return parsed?.ok === true ? parsed.value : [];
    },
    footed: (chatId) => withFooter.all(chatId).flatMap((row) => read(chatId, row) ?? []),
    setFooter(chatId, { key, part }, footer) {
      setFooter.run(footer, chatId, key, part);
    },
  };
}

/** The table of threads that take no messages. */
function lostThreadRows({ db }: Store): LostThreads {
  const isLost = db.prepare<[number, number], { one: number }>(
    'SELECT 1 AS one FROM lost_threads WHERE chat = ? AND thread = ?',
  );
  const lose = db.prepare('INSERT OR IGNORE INTO lost_threads (chat, thread, at) VALUES (?, ?, ?)');
  const regain = db.prepare('DELETE FROM lost_threads WHERE chat = ? AND thread = ?');
  return {
    isLost: (chatId, thread) => isLost.get(chatId, thread) !== undefined,
    lose: (chatId, thread, at) => lose.run(chatId, thread, at).changes > 0,
    regain(chatId, thread) {
      regain.run(chatId, thread);
    },
  };
}

/** The table of pauses. */
function pauseRows({ db }: Store): Pick<ViewQueue, 'pauseLeft' | 'pause' | 'unblock'> {
  const pauseOf = db.prepare<[number], { since: number; until: number }>(
    'SELECT since, until FROM pauses WHERE chat = ?',
  );
  const pause = db.prepare('INSERT OR REPLACE INTO pauses (chat, since, until, blocked) VALUES (?, ?, ?, ?)');
  const shift = db.prepare('UPDATE pauses SET since = ?, until = ? WHERE chat = ?');
  const unblock = db.prepare('DELETE FROM pauses WHERE chat = ? AND blocked = 1');
  return {
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
  };
}
