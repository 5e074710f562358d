import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqlite } from './sqlite';
import { FaultError } from '@ccbot/shared/faults/fault';
import { MIGRATIONS } from './migrations';
import { openStore } from './open';
import { createPrompts } from '../prompts/store';
import { pendingRebuildNotice } from './rebuild-notice';
import { createSettings } from './settings';

let dir: string;
const path = (): string => join(dir, 'ccbot.db');
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'ccbot-store-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function raise(text: string): never {
  throw new Error(text);
}

describe('the database', () => {
  it('is readable by its owner only, as is its log, even if it was not before', () => {
    const before = process.umask(0o022);
    try {
      const modes = (): number[] => readdirSync(dir).map((name) => statSync(join(dir, name)).mode & 0o777);
      const first = openStore(path(), () => 0);
      createSettings(first).set('a', 'b', 'c');
      expect(modes()).toEqual([0o600, 0o600, 0o600]);
      first.close();
      chmodSync(path(), 0o644);
      const again = openStore(path(), () => 0);
      createSettings(again).set('a', 'b', 'd');
      expect(modes()).toEqual([0o600, 0o600, 0o600]);
      again.close();
    } finally {
      process.umask(before);
    }
  });

  it('is moved away and rebuilt when it is damaged, and says so', () => {
    writeFileSync(path(), 'this is no database, '.repeat(500));
    const store = openStore(path(), () => 0);
    expect(store.rebuilt?.code).toBe('STORE_REBUILT');
    // As data too, so that each chat reads it in its language.
    expect(pendingRebuildNotice(createSettings(store))?.of).toEqual({
      path: path(),
      reason: expect.any(String) as string,
      aside: expect.stringMatching(/ccbot\.db\.broken-1970/) as string,
    });
    expect(readdirSync(dir).some((f) => f.startsWith('ccbot.db.broken-1970'))).toBe(true);
    createSettings(store).set('a', 'b', 'c');
    store.close();
    const again = openStore(path(), () => 0);
    expect(again.rebuilt).toBeNull();
    expect(createSettings(again).get('a', 'b')).toBe('c');
    again.close();
  });

  it('is refused and left as it is when a later version wrote it', () => {
    const db = openSqlite(path());
    db.pragma(`user_version = ${MIGRATIONS.length + 1}`);
    db.close();
    expect(() => openStore(path(), () => 0)).toThrow(FaultError);
    expect(readdirSync(dir).filter((f) => f.includes('broken'))).toEqual([]);
  });

  it('waits for the disk in a durable transaction only', () => {
    const store = openStore(path(), () => 0);
    const level = (): unknown => store.db.pragma('synchronous');
    expect(store.db.pragma('journal_mode')).toBe('wal');
    expect([store.tx(level), store.durable(level), store.tx(level)]).toEqual([1, 2, 1]);
    expect(() => store.durable(() => raise('no'))).toThrow('no');
    expect(level()).toBe(1);
    expect(() => store.tx(() => store.durable(() => 0))).toThrow('must not be part of another');
    store.close();
  });

  it('reports a full disk, and writes nothing of that transaction', () => {
    const store = openStore(path(), () => 0);
    const settings = createSettings(store);
    const pages = Number(store.db.pragma('page_count'));
    store.db.pragma(`max_page_count = ${pages}`);
    const big = (): void => store.tx(() => settings.set('a', 'big', 'x'.repeat(100_000)));
    expect(big).toThrow(
      expect.objectContaining({ fault: expect.objectContaining({ code: 'STORE_FULL' }) as unknown }) as Error,
    );
    expect(settings.get('a', 'big')).toBeUndefined();
    store.db.pragma('max_page_count = 100000');
    big();
    expect(settings.get('a', 'big')).toHaveLength(100_000);
    store.close();
  });

  it('runs afterCommit work after the commit, and never after a rollback', () => {
    const store = openStore(path(), () => 0);
    const ran: string[] = [];
    store.tx(() => {
      store.afterCommit(() => ran.push('after'));
      ran.push('in');
    });
    expect(() =>
      store.tx(() => {
        store.afterCommit(() => ran.push('never'));
        throw new Error('no');
      }),
    ).toThrow('no');
    store.tx(() => undefined);
    expect(ran).toEqual(['in', 'after']);
    store.close();
  });
});

describe('the queue of prompts', () => {
  it('stores one prompt for each update, in the order of the updates', () => {
    const store = openStore(path(), () => 0);
    const prompts = createPrompts(store);
    const prompt = (id: number) => ({ id, session: 's', chatId: 1, messageId: id, text: `t${id}` });
    for (const id of [3, 1, 3]) prompts.add(prompt(id), 0);
    expect(prompts.ofSession('s', ['waiting']).map((p) => p.id)).toEqual([1, 3]);
    prompts.mark(1, 'typed', 0);
    expect(prompts.ofSession('s', ['typing', 'typed']).map((p) => p.id)).toEqual([1]);
    expect(prompts.get(99)).toBeUndefined();
    store.close();
  });
});
