import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqlite } from '../store/sqlite';
import { MIGRATIONS } from '../store/migrations';
import { openStore, type Store } from '../store/open';
import { createUpdates, type Updates } from './store';

const DAY = 24 * 3_600_000;
const update = (id: number, chat = 1) => ({
  update_id: id,
  message: { message_id: id, date: 0, from: { id: chat }, chat: { id: chat, type: 'private' }, text: 'hi' },
});

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

it('stores an update once, however often Telegram repeats it', () => {
  expect(updates.add([update(10), update(11)], 1)).toBe(2);
  expect(updates.add([update(10), update(11), update(12)], 2)).toBe(1);
  expect(updates.nextOffset(3)).toBe(13);
  expect(updates.depth()).toBe(3);
});

it('does not reopen an update that Telegram repeats after it was handled', () => {
  updates.add([update(10)], 1);
  updates.done([10], 1);
  expect(updates.add([update(10)], 2)).toBe(0);
  expect(updates.depth()).toBe(0);
});

it('tells updates apart by their id alone: a lower id of another chat is a new update', () => {
  updates.add([update(20, 1)], 1);
  updates.done([20], 1);
  expect(updates.add([update(19, 2)], 2)).toBe(1);
  expect(openIds('2')).toEqual([19]);
});

it('claims updates in order, and no lane waits for another', () => {
  updates.add([update(1, 1), update(2, 2), update(3, 1)], 1);
  expect(updates.openLanes().sort()).toEqual(['1', '2']);
  expect(openIds('1')).toEqual([1, 3]);
  updates.claim([1], 'me');
  expect(openIds('1')).toEqual([3]);
  expect(openIds('2')).toEqual([2]);
});

it('reopens what an instance claimed that is gone, and leaves what the live instance claimed', () => {
  updates.add([update(1), update(2)], 1);
  updates.claim([1], 'gone');
  updates.claim([2], 'me');
  expect(updates.reclaim('me')).toBe(1);
  expect(updates.open('1', 9)).toMatchObject([{ id: 1, tries: 1, failures: 0 }]);
});

it('deletes the content of a handled update, and the update after some days', () => {
  updates.add([update(1), update(2)], 0);
  updates.done([1, 2], 0);
  expect(rows()).toEqual([
    { id: 1, state: 'done', body: '' },
    { id: 2, state: 'done', body: '' },
  ]);
  updates.add([update(3)], 5 * DAY);
  expect(rows()).toEqual([{ id: 3, state: 'new', body: JSON.stringify(update(3)) }]);
  expect(updates.nextOffset(5 * DAY)).toBe(4);
});

it('keeps a bounded number of settled updates', () => {
  const many = Array.from({ length: 1_500 }, (_, i) => update(i));
  updates.add(many, 0);
  updates.done(
    many.map((u) => u.update_id),
    1,
  );
  updates.add([update(9_999)], DAY);
  expect(store.db.prepare("SELECT count(*) AS n FROM updates WHERE state = 'done'").get()).toEqual({
    n: 1_000,
  });
});

it('starts at offset 0 after a quiet week, when Telegram continues with a random id', () => {
  updates.add([update(900)], 0);
  expect(updates.nextOffset(7 * DAY)).toBe(0);
  updates.add([update(5)], 7 * DAY);
  expect(updates.nextOffset(7 * DAY)).toBe(6);
});

it('confirms updates even when the clock was set back', () => {
  updates.add([update(10)], 10 * DAY);
  updates.add([update(11)], 9 * DAY);
  expect(updates.nextOffset(9 * DAY)).toBe(12);
});

it('says how long the oldest update has waited', () => {
  expect(updates.oldest()).toBeUndefined();
  updates.add([update(1)], 100);
  updates.add([update(2)], 200);
  updates.done([1], 300);
  expect(updates.oldest()).toBe(200);
});

it('lists what was set aside with its error, for other programs too, and can retry it', () => {
  updates.add([update(1, 7), update(2, 7)], 5);
  updates.claim([1], 'me');
  updates.failed([1], 'poison', true, 9);
  const listed = [{ id: 1, lane: '7', error: 'poison', failures: 1, tries: 1, receivedAt: 5, settledAt: 9 }];
  expect(updates.failedUpdates()).toEqual(listed);
  const other = openSqlite(path(), { readonly: true });
  expect(other.prepare('SELECT id, error FROM failed_updates').all()).toEqual([{ id: 1, error: 'poison' }]);
  other.close();
  expect(updates.retry(1)).toBe(true);
  expect(updates.retry(2)).toBe(false);
  expect(updates.failedUpdates()).toEqual([]);
  expect(openIds('7')).toEqual([1, 2]);
});

describe('with a gate that admits one chat', () => {
  let turnedAway: number[];
  let changes: number;
  beforeEach(() => {
    turnedAway = [];
    updates = createUpdates(store, {
      gate: {
        admits: (inbound) => inbound.chatId === 1,
        turnAway: (inbound) => void turnedAway.push(inbound.updateId),
      },
    });
    updates.add([update(1)], 1);
    changes = totalChanges();
  });
  const totalChanges = (): number => Number(store.db.prepare('SELECT total_changes()').value());

  it('writes nothing for a batch of others, and asks Telegram for what comes after it', () => {
    expect(updates.add([update(2, 2), update(3, 2)], 2)).toBe(0);
    expect(updates.nextOffset(3)).toBe(4);
    expect(turnedAway).toEqual([2, 3]);
    expect(totalChanges()).toBe(changes);
  });

  it('asks from the stored offset after a crash, so that nothing of an allowed user is skipped', () => {
    updates.add([update(2, 2)], 2);
    expect(createUpdates(store).nextOffset(3)).toBe(2);
  });

  it('stores its updates of a mixed batch, and the offset behind the whole batch', () => {
    expect(updates.add([update(2, 2), update(3, 1), update(4, 2)], 2)).toBe(1);
    expect(openIds('1')).toEqual([1, 3]);
    expect(createUpdates(store).nextOffset(3)).toBe(5);
    expect(turnedAway).toEqual([2, 4]);
  });

  it('moves on and logs nothing twice when a batch could not be stored at first', () => {
    const { durable } = store;
    store.durable = () => {
      throw new Error('full');
    };
    expect(() => updates.add([update(2, 2), update(3, 1)], 2)).toThrow('full');
    expect(updates.nextOffset(3)).toBe(2);
    store.durable = durable;
    expect(updates.add([update(2, 2), update(3, 1)], 2)).toBe(1);
    expect(turnedAway).toEqual([2]);
    expect(updates.nextOffset(3)).toBe(4);
  });

  it('stays at the offset of others for a week in which nobody else wrote', () => {
    updates.add([update(7, 2)], 6.5 * DAY);
    expect(updates.nextOffset(7 * DAY)).toBe(8);
  });
});

it('continues from the offset of a database of the first version', () => {
  const old = join(dir, 'old.db');
  const db = openSqlite(old);
  db.exec(MIGRATIONS[0] as string);
  db.exec("INSERT INTO updates (id, lane, body, received_at) VALUES (41, '7', '{}', 3), (40, '7', '{}', 3)");
  db.pragma('user_version = 1');
  db.close();
  const opened = openStore(old, () => 0);
  expect(createUpdates(opened).nextOffset(4)).toBe(42);
  opened.close();
});

describe('a change of bot or Bot API server', () => {
  const from = (source: string): Updates => createUpdates(store, { source });

  it('forgets the offset, because each of them numbers its updates itself', () => {
    from('1 at a').add([update(900)], 1);
    expect(from('1 at a').nextOffset(2)).toBe(901);
    expect(from('1 at b').nextOffset(2)).toBe(0);
    const moved = from('1 at b');
    expect(moved.add([update(5)], 3)).toBe(1);
    expect(moved.nextOffset(4)).toBe(6);
    expect(from('2 at b').nextOffset(5)).toBe(0);
  });

  it('stores no update twice when the new server continues the numbering', () => {
    const before = from('1 at a');
    before.add([update(900)], 1);
    before.done([900], 1);
    expect(from('1 at b').add([update(900), update(901)], 2)).toBe(1);
  });

  it('is not assumed for a database of an earlier version', () => {
    updates.add([update(900)], 1);
    expect(from('1 at a').nextOffset(2)).toBe(901);
  });
});
