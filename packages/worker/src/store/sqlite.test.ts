import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadPrebuilt } from '@ccbot/shared/addons/load';
import type { Database } from './database';
import { openSqlite, resultOf } from './sqlite';

let dir: string;
let db: Database;
const path = (): string => join(dir, 'some.db');
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-sqlite-'));
  db = openSqlite(path());
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const add = (text: string, into = db) => into.prepare('INSERT INTO t (text) VALUES (?)').run(text);
const texts = (of = db): string[] =>
  of
    .prepare<[], { text: string }>('SELECT text FROM t ORDER BY id')
    .all()
    .map(({ text }) => text);

/** What SQLite reports when `work` fails. */
function resultWhen(work: () => unknown): ReturnType<typeof resultOf> {
  try {
    work();
  } catch (error) {
    return resultOf(error);
  }
  throw new Error('it did not fail');
}

it('is loaded without the scripts of its package, where the package carries a binary for this system', () => {
  const folder = dirname(require.resolve('@photostructure/sqlite/package.json'));
  const isCarried = existsSync(join(folder, 'prebuilds', `${process.platform}-${process.arch}`));
  expect(loadPrebuilt('@photostructure/sqlite') !== null).toBe(isCarried);
});

describe('a statement', () => {
  it('returns rows, the first value, and what it changed', () => {
    expect(add('a')).toEqual({ changes: 1, lastInsertRowid: 1 });
    expect(add('b')).toEqual({ changes: 1, lastInsertRowid: 2 });
    const all = db.prepare<[], { id: number; text: string }>('SELECT * FROM t ORDER BY id');
    expect(all.get()).toEqual({ id: 1, text: 'a' });
    expect(all.value()).toBe(1);
    expect([...all.iterate()].map(({ id }) => id)).toEqual([1, 2]);
    const none = db.prepare('SELECT 1 WHERE 0');
    expect([none.get(), none.value(), none.all()]).toEqual([undefined, undefined, []]);
  });

  it('stores what is around a NUL, and reads chat ids exactly', () => {
    add('before\0after');
    expect(texts()).toEqual(['before\ufffdafter']);
    for (const id of [-1_002_147_483_647, 2 ** 52 - 1, Number.MIN_SAFE_INTEGER]) {
      db.prepare('INSERT INTO t (id, text) VALUES (?, ?)').run(id, String(id));
      expect(db.prepare<[string]>('SELECT id FROM t WHERE text = ?').value(String(id))).toBe(id);
    }
  });
});

describe('a transaction', () => {
  it('is undone by an error, which is thrown on', () => {
    const error = new Error('no');
    expect(() =>
      db.transaction(() => {
        expect(db.inTransaction).toBe(true);
        add('a');
        throw error;
      }),
    ).toThrow(error);
    expect([db.inTransaction, texts()]).toEqual([false, []]);
    expect(db.transaction(() => add('b').changes)).toBe(1);
    expect(texts()).toEqual(['b']);
  });

  it('is undone when its last statement fails, at the commit too', () => {
    db.exec(`CREATE TABLE child (id INTEGER REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED) STRICT`);
    const orphan = () => db.transaction(() => db.prepare('INSERT INTO child VALUES (?)').run(7));
    expect(resultWhen(orphan)).toMatchObject({ primary: 19 });
    expect(db.inTransaction).toBe(false);
    expect(db.prepare('SELECT count(*) FROM child').value()).toBe(0);
  });
});

describe('an error', () => {
  it.each([
    ['a row twice', 19, () => (add('a'), add('a'))],
    ['a full disk', 13, () => (db.pragma(`max_page_count = 3`), add('x'.repeat(100_000)))],
    [
      'a write to a database that is open for reading',
      8,
      () => add('a', openSqlite(path(), { readonly: true })),
    ],
    ['another writer', 5, () => (db.exec('BEGIN IMMEDIATE'), writeWithoutWaiting())],
    [
      'a file that is no database',
      26,
      () => {
        writeFileSync(join(dir, 'no.db'), 'this is no database '.repeat(500));
        openSqlite(join(dir, 'no.db')).pragma('journal_mode = WAL');
      },
    ],
    [
      'a damaged page',
      11,
      () => {
        add('a');
        db.pragma('wal_checkpoint(TRUNCATE)');
        const bytes = readFileSync(path());
        writeFileSync(join(dir, 'damaged.db'), bytes.fill(255, 4_096, 3 * 4_096));
        texts(openSqlite(join(dir, 'damaged.db')));
      },
    ],
    ['a directory that does not exist', 14, () => openSqlite(join(dir, 'none', 'some.db'))],
  ])('has its code: %s', (_, primary, work) => {
    expect(resultWhen(work)).toMatchObject({ primary });
  });

  it('of something else is none of SQLite', () => {
    expect([new Error('ERR_SQLITE_ERROR'), { code: 'ENOSPC' }, null, undefined].map(resultOf)).toEqual(
      Array(4).fill(null),
    );
  });
});

function writeWithoutWaiting(): void {
  const other = openSqlite(path());
  other.pragma('busy_timeout = 0');
  add('b', other);
}

describe('closing', () => {
  /** Files below the directory that this process has open. */
  const open = (): string[] =>
    readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        const file = readlinkSync(join('/proc/self/fd', fd));
        return file.startsWith(dir) ? [file] : [];
      } catch {
        return []; // closed in the meantime
      }
    });

  // A connection that stays open would delete the log of the database that takes its place.
  it('moves the log into the file and lets go of it, whatever statements are left', () => {
    add('a');
    const used = db.prepare('SELECT * FROM t');
    used.get();
    const [row] = used.iterate();
    expect(row).toEqual({ id: 1, text: 'a' });
    db.close();
    expect(readdirSync(dir)).toEqual(['some.db']);
    if (process.platform === 'linux') expect(open()).toEqual([]);
    expect(texts(openSqlite(path(), { readonly: true }))).toEqual(['a']);
  });

  it('refuses what comes after it', () => {
    const select = db.prepare('SELECT 1');
    db.close();
    expect(() => select.get()).toThrow();
    expect(() => db.prepare('SELECT 1')).toThrow();
  });
});

it('refuses to create what must exist', () => {
  expect(() => openSqlite(join(dir, 'none.db'), { fileMustExist: true })).toThrow('does not exist');
  expect(() => openSqlite(join(dir, 'none.db'), { readonly: true })).toThrow();
  expect(readdirSync(dir)).not.toContain('none.db');
});

it('writes to the schema in unsafe mode only', () => {
  const rename = "UPDATE sqlite_schema SET sql = replace(sql, 'text', 'body') WHERE name = 't'";
  db.pragma('writable_schema = ON');
  expect(() => db.exec(rename)).toThrow();
  db.close();
  const unsafe = openSqlite(path(), { unsafe: true });
  unsafe.pragma('writable_schema = ON');
  unsafe.exec(rename);
  unsafe.close();
});
