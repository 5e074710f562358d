import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createUpdates } from '../inbox/store';
import { createViewQueue } from '../outbox/store';
import { createPrompts } from '../prompts/store';
import type { Database } from './database';
import { openStore, type Store } from './open';

/** Tables with a row for each message of a year. */
const GROWING = /^SCAN (updates|prompts|posted)\b/;

let dir: string;
let store: Store;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-plans-'));
  store = openStore(join(dir, 'ccbot.db'), () => 1);
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

/** The statements that the stores prepare. */
function statements(): string[] {
  const prepared: string[] = [];
  const db: Database = {
    ...store.db,
    get inTransaction() {
      return store.db.inTransaction;
    },
    prepare(sql: string) {
      prepared.push(sql);
      return store.db.prepare(sql);
    },
  } as Database;
  const recorded: Store = { ...store, db };
  createViewQueue(recorded, () => undefined);
  createPrompts(recorded);
  createUpdates(recorded, {});
  return prepared;
}

/** SQLite's plan for a statement, a step each. */
function planOf(sql: string): string[] {
  const params = Array.from({ length: sql.split('?').length - 1 }, () => 1);
  return store.db
    .prepare<number[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...params)
    .map(({ detail }) => detail);
}

it('reads no table that grows for years from its start to its end', () => {
  const all = statements();
  expect(all.length).toBeGreaterThan(30);
  const scans = all.filter((sql) => planOf(sql).some((step) => GROWING.test(step)));
  expect(scans).toEqual([]);
});

it('finds a statement that does', () => {
  expect(planOf("SELECT * FROM posted WHERE hash = 'h'").some((step) => GROWING.test(step))).toBe(true);
});
