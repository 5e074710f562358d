import { closeSync, existsSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from './open';

let dir: string;
let path: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-soundness-'));
  path = join(dir, 'ccbot.db');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = (): Store => openStore(path, () => 1);

/** Fills a database until it is too large to be checked whole at each start. */
function fill(): void {
  const store = open();
  const add = store.db.prepare(
    "INSERT INTO prompts (session, chat, message, text, state, at) VALUES ('s', 7, 1, ?, 'confirmed', 1)",
  );
  store.tx(() => {
    for (let i = 0; i < 5_000; i++) add.run('x'.repeat(4_000));
  });
  store.db.prepare("INSERT INTO settings VALUES ('bot', 'name', 'kept')").run();
  store.close();
  expect(statSync(path).size).toBeGreaterThan(16 * 1024 * 1024);
}

/** Overwrites the first page of a table. */
function damage(table: string): void {
  const { db, close } = open();
  const page = Number(db.prepare(`SELECT rootpage FROM sqlite_schema WHERE name = '${table}'`).value());
  const size = Number(db.pragma('page_size'));
  close();
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(size, 0xaa), 0, size, (page - 1) * size);
  closeSync(file);
}

const kept = ({ db }: Store): unknown => db.prepare("SELECT value FROM settings WHERE scope = 'bot'").value();

describe('a large database', () => {
  beforeEach(fill);

  it('is replaced at the start when a table is damaged that does not grow with use', () => {
    damage('wishes');
    const store = open();
    expect(store.rebuilt?.code).toBe('STORE_REBUILT');
    expect(kept(store)).toBe('kept');
    store.close();
  });

  it('is replaced at the start after damage was read in one that does, and then no longer suspect', () => {
    damage('prompts');
    const before = open();
    expect(before.rebuilt).toBeNull();
    expect(() => before.tx(() => before.db.prepare('SELECT count(text) FROM prompts').value())).toThrow(
      /database/,
    );
    before.close();
    const after = open();
    expect(after.rebuilt?.code).toBe('STORE_REBUILT');
    expect(kept(after)).toBe('kept');
    after.close();
    expect(existsSync(`${path}.suspect`)).toBe(false);
    const next = open();
    expect(next.rebuilt).toBeNull();
    next.close();
  });
});

it('is not replaced for an error that is none of damage', () => {
  const store = open();
  expect(() =>
    store.tx(() => store.db.prepare('INSERT INTO settings VALUES (NULL, NULL, NULL)').run()),
  ).toThrow();
  store.close();
  expect(existsSync(`${path}.suspect`)).toBe(false);
});
