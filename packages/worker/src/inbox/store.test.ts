import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { MIGRATIONS } from '../store/migrations';
import { openStore, type Store } from '../store/open';
import { createUpdates, type Updates } from './store';

const DAY = 24 * 3_600_000;
const update = (id: number, lane = '1') => ({ id, lane, body: `{"n":${id}}` });

let dir: string;
let store: Store;
let updates: Updates;
const path = (): string => join(dir, 'ccbot.db');
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-updates-'));
  store = openStore(path(), () => 0);
  updates = createUpdates(store);
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

const openIds = (lane: string): number[] => updates.open(lane, 100).map((u) => u.id);
const rows = (): unknown[] => store.db.prepare('SELECT id, state, body FROM updates ORDER BY id').all();

it('are kept once, however often Telegram repeats them', () => {
  expect(updates.add([update(10), update(11)], 1)).toBe(2);
  expect(updates.add([update(10), update(11), update(12)], 2)).toBe(1);
  expect(updates.nextOffset(3)).toBe(13);
  expect(updates.depth()).toBe(3);
});

it('are not handled again when Telegram repeats what is done', () => {
  updates.add([update(10)], 1);
  updates.done([10], 1);
  expect(updates.add([update(10)], 2)).toBe(0);
  expect(updates.depth()).toBe(0);
});

it('are told apart by their id alone: a lower one of another chat is no repetition', () => {
  updates.add([update(20, 'a')], 1);
  updates.done([20], 1);
  expect(updates.add([update(19, 'b')], 2)).toBe(1);
  expect(openIds('b')).toEqual([19]);
});

it('are claimed in order, one lane not waiting for another', () => {
  updates.add([update(1, 'a'), update(2, 'b'), update(3, 'a')], 1);
  expect(updates.openLanes().sort()).toEqual(['a', 'b']);
  expect(openIds('a')).toEqual([1, 3]);
  updates.claim([1], 'me');
  expect(openIds('a')).toEqual([3]);
  expect(openIds('b')).toEqual([2]);
});

it('go back into the queue when the instance that claimed them is gone, and stay with the one that lives', () => {
  updates.add([update(1), update(2)], 1);
  updates.claim([1], 'gone');
  updates.claim([2], 'me');
  expect(updates.reclaim('me')).toBe(1);
  expect(updates.open('1', 9)).toMatchObject([{ id: 1, tries: 1, failures: 0 }]);
});

it('lose their content when they are done, and are deleted after some days', () => {
  updates.add([update(1), update(2)], 0);
  updates.done([1, 2], 0);
  expect(rows()).toEqual([
    { id: 1, state: 'done', body: '' },
    { id: 2, state: 'done', body: '' },
  ]);
  updates.add([update(3)], 5 * DAY);
  expect(rows()).toEqual([{ id: 3, state: 'new', body: '{"n":3}' }]);
  expect(updates.nextOffset(5 * DAY)).toBe(4);
});

it('are kept in a bounded number once they are settled', () => {
  const many = Array.from({ length: 1_500 }, (_, i) => update(i));
  updates.add(many, 0);
  updates.done(
    many.map((u) => u.id),
    1,
  );
  updates.add([update(9_999)], DAY);
  expect(store.db.prepare("SELECT count(*) AS n FROM updates WHERE state = 'done'").get()).toEqual({
    n: 1_000,
  });
});

it('begin anew after a quiet week, when Telegram goes on with a random id', () => {
  updates.add([update(900)], 0);
  expect(updates.nextOffset(7 * DAY)).toBe(0);
  updates.add([update(5)], 7 * DAY);
  expect(updates.nextOffset(7 * DAY)).toBe(6);
});

it('are confirmed on also when the clock was put back', () => {
  updates.add([update(10)], 10 * DAY);
  updates.add([update(11)], 9 * DAY);
  expect(updates.nextOffset(9 * DAY)).toBe(12);
});

it('tell how long the oldest one waits', () => {
  expect(updates.oldest()).toBeUndefined();
  updates.add([update(1)], 100);
  updates.add([update(2)], 200);
  updates.done([1], 300);
  expect(updates.oldest()).toBe(200);
});

it('are listed with their error when they were set aside, for other programs too, and can be tried again', () => {
  updates.add([update(1, '7'), update(2, '7')], 5);
  updates.claim([1], 'me');
  updates.failed([1], 'poison', true, 9);
  const listed = [{ id: 1, lane: '7', error: 'poison', failures: 1, tries: 1, receivedAt: 5, settledAt: 9 }];
  expect(updates.failedUpdates()).toEqual(listed);
  const other = new Database(path(), { readonly: true });
  expect(other.prepare('SELECT id, error FROM failed_updates').all()).toEqual([{ id: 1, error: 'poison' }]);
  other.close();
  expect(updates.retry(1)).toBe(true);
  expect(updates.retry(2)).toBe(false);
  expect(updates.failedUpdates()).toEqual([]);
  expect(openIds('7')).toEqual([1, 2]);
});

it('go on from the offset of a database of the first version', () => {
  const old = join(dir, 'old.db');
  const db = new Database(old);
  db.exec(MIGRATIONS[0] as string);
  db.exec("INSERT INTO updates (id, lane, body, received_at) VALUES (41, '7', '{}', 3), (40, '7', '{}', 3)");
  db.pragma('user_version = 1');
  db.close();
  const opened = openStore(old, () => 0);
  expect(createUpdates(opened).nextOffset(4)).toBe(42);
  opened.close();
});
