import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from './database';
import { openSqlite } from './sqlite';
import { MIGRATIONS, migrate } from './migrations';
import { openStore } from './open';
import { createPrompts } from '../prompts/store';
import { createSettings } from './settings';
import { createUpdates } from '../inbox/store';

let dir: string;
const path = (): string => join(dir, 'ccbot.db');
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ccbot-migrations-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const versionOf = (db: Database): number => Number(db.pragma('user_version'));
const schemaOf = (db: Database): unknown[] =>
  db.prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name").all();

/** Writes a database as the version with so many steps left it, with a row in every table of the first version. */
function writtenBy(steps: number): void {
  const db = openSqlite(path());
  migrate(db, MIGRATIONS.slice(0, steps));
  db.exec(`
    INSERT INTO updates (id, lane, body, received_at) VALUES (11, '7', '{"update_id":11}', 1);
    INSERT INTO prompts (id, session, chat, message, text, state, at) VALUES (10, 's1', 7, 5, 'not typed yet', 'waiting', 1);
    INSERT INTO sessions VALUES ('s1', '{"id":"s1"}');
    INSERT INTO tails (session, path, "offset") VALUES ('s1', '/t.jsonl', 42);
    INSERT INTO settings VALUES ('chat:7', 'active', 's1');
    INSERT INTO wishes (chat, key, rank, body) VALUES (7, 'k', 1, '{}');
    INSERT INTO posted (chat, key, part, message, hash, at) VALUES (7, 'k', 0, 99, 'h', 1);
    INSERT INTO pauses (chat, until) VALUES (7, 5);
  `);
  db.close();
}

describe('a database of an earlier version', () => {
  it.each(MIGRATIONS.map((_, i) => i + 1))(
    'of %d steps keeps its rows and gets the newest schema',
    (steps) => {
      writtenBy(steps);
      const store = openStore(path(), () => 0);
      expect(store.rebuilt).toBeNull();
      expect(versionOf(store.db)).toBe(MIGRATIONS.length);
      expect(createUpdates(store).depth()).toBe(1);
      expect(createPrompts(store).get(10)).toMatchObject({ text: 'not typed yet', state: 'waiting' });
      expect(createSettings(store).get('chat:7', 'active')).toBe('s1');
      for (const table of ['sessions', 'tails', 'wishes', 'posted', 'pauses']) {
        expect(store.db.prepare(`SELECT count(*) AS n FROM ${table}`).get()).toEqual({ n: 1 });
      }
      const fresh = openSqlite(':memory:');
      migrate(fresh);
      expect(schemaOf(store.db)).toEqual(schemaOf(fresh));
      fresh.close();
      store.close();
    },
  );

  it('stays as it was when a step fails half-way, and is migrated by the next attempt', () => {
    writtenBy(1);
    const db = openSqlite(path());
    const before = schemaOf(db);
    const bad = 'CREATE TABLE half (x INTEGER); INSERT INTO no_such_table VALUES (1);';
    expect(() => migrate(db, [MIGRATIONS[0] ?? '', bad])).toThrow('no_such_table');
    expect(versionOf(db)).toBe(1);
    expect(schemaOf(db)).toEqual(before);
    migrate(db);
    expect(versionOf(db)).toBe(MIGRATIONS.length);
    db.close();
  });

  it('is refused, with a reason, when a later version wrote it', () => {
    const db = openSqlite(path());
    db.pragma(`user_version = ${MIGRATIONS.length + 3}`);
    expect(() => migrate(db)).toThrow(/written by a later ccbot \(schema \d+, this one knows \d+\)/);
    db.close();
  });
});
