import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fault, FaultError } from '@ccbot/shared/faults/fault';
import { openStore, type Store } from '../store/open';
import { createUpdates, type StoredUpdate, type Updates } from './store';
import { CRASHES, TRIES } from './attempt';
import { createJournal, type GroupHandler, type InboxDisk, type Journal, type JournalDeps } from './journal';

let dir: string;
let store: Store;
let updates: Updates;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-inbox-'));
  store = openStore(join(dir, 'ccbot.db'), Date.now);
  updates = createUpdates(store);
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

const update = (id: number, chat: number) => ({
  update_id: id,
  message: { chat: { id: chat, type: 'private' } },
});
const add = (id: number, chat = 7): void => void updates.add([update(id, chat)], id);
const row = (id: number): unknown =>
  store.db.prepare('SELECT state, error FROM updates WHERE id = ?').get(id);

type Handler = Partial<GroupHandler> & Pick<GroupHandler, 'handle'>;

function journal(
  handler: Handler,
  more: { disk?: Partial<InboxDisk>; times?: JournalDeps['times'] } = {},
): Journal {
  return createJournal({
    disk: { store, updates, ...more.disk },
    run: { instance: 'me', now: Date.now },
    handler: { group: () => ({ take: 1 }), onFailed: () => undefined, ...handler },
    log: () => undefined,
    times: { retryMs: [0], storeWaitMs: 1, ...more.times },
  });
}

const one =
  (handle: (id: number) => void | Promise<void>): GroupHandler['handle'] =>
  async ([update]) =>
    handle((update as StoredUpdate).id);

describe('the lanes', () => {
  it('handle their updates in order, and do not wait for each other', async () => {
    const order: number[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    add(1, 7);
    add(2, 7);
    add(3, 8);
    const inbox = journal({
      handle: one(async (id) => {
        if (id === 1) await held;
        order.push(id);
        if (id === 3) release();
      }),
    });
    await inbox.drained();
    expect(order).toEqual([3, 1, 2]);
    expect(updates.depth()).toBe(0);
  });

  it('take nothing new after the inbox is stopped, and finish what they have', async () => {
    const handled: number[] = [];
    add(1);
    add(2);
    const inbox = journal({
      handle: one(async (id) => {
        if (id === 1) void inbox.stop();
        await Promise.resolve();
        handled.push(id);
      }),
    });
    inbox.wake();
    await inbox.stop();
    inbox.wake();
    expect(handled).toEqual([1]);
    expect(row(1)).toMatchObject({ state: 'done' });
    expect(updates.depth()).toBe(1);
  });
});

describe('an update that fails', () => {
  it('is set aside after three tries with its error, is reported, and blocks nothing', async () => {
    const tried: number[] = [];
    const aside: [number, string][] = [];
    add(1);
    add(2);
    const inbox = journal({
      handle: one((id) => {
        tried.push(id);
        if (id === 1) throw new Error('poison');
      }),
      onFailed: (group, error) => group.forEach((u) => aside.push([u.id, error])),
    });
    await inbox.drained();
    expect(tried).toEqual([...Array<number>(TRIES).fill(1), 2]);
    expect(aside).toEqual([[1, 'poison']]);
    expect(row(1)).toEqual({ state: 'failed', error: 'poison' });
    expect(updates.failedUpdates()).toMatchObject([{ id: 1, error: 'poison', failures: TRIES }]);
  });

  it('is reported in the transaction that sets it aside, so that neither happens without the other', async () => {
    let broken = true;
    add(1);
    const inbox = journal({
      handle: () => Promise.reject(new Error('poison')),
      onFailed() {
        if (broken) {
          broken = false;
          expect(row(1)).toMatchObject({ state: 'failed' });
          throw new Error('no room for the notice');
        }
      },
    });
    await inbox.drained();
    expect(row(1)).toEqual({ state: 'failed', error: 'poison' });
    expect(broken).toBe(false);
  });

  it('is tried again when its worker was killed, but not forever', async () => {
    const handled: number[] = [];
    add(1);
    add(2);
    for (let i = 0; i < CRASHES; i++) {
      updates.claim([1], `run ${i}`);
      if (i < CRASHES - 1) updates.claim([2], `run ${i}`);
      updates.reclaim('me');
    }
    const inbox = journal({ handle: one((id) => void handled.push(id)) });
    await inbox.drained();
    expect(handled).toEqual([2]);
    expect(row(1)).toMatchObject({ state: 'failed', error: expect.stringContaining('ended') as unknown });
  });

  it('is handled alone when it cannot be read', async () => {
    add(1);
    add(2);
    const handled: number[] = [];
    const inbox = journal({
      group([first]) {
        if (first?.id === 1) throw new Error('garbage');
        return { take: 1 };
      },
      handle: one((id) => void handled.push(id)),
    });
    await inbox.drained();
    expect(handled).toEqual([1, 2]);
  });
});

describe('a handler that does not return', () => {
  it('frees its lane, even with nothing waiting behind it, and is not started a second time', async () => {
    const started: number[] = [];
    const signals: AbortSignal[] = [];
    let finish: () => void = () => undefined;
    add(1);
    const handler: Handler = {
      async handle([update], signal) {
        started.push((update as StoredUpdate).id);
        signals.push(signal);
        if (started.length === 1) await new Promise<void>((resolve) => (finish = resolve));
      },
    };
    const inbox = journal(handler, { times: { deadlineMs: 5 } });
    await inbox.drained();
    expect(row(1)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('not handled within') as unknown,
    });
    expect(signals[0]?.aborted).toBe(true);
    add(2);
    await inbox.drained();
    finish();
    await inbox.drained();
    expect(started).toEqual([1, 2]);
    expect(row(1)).toMatchObject({ state: 'failed' });
    expect(row(2)).toMatchObject({ state: 'done' });
  });
});

describe('a store that cannot be written', () => {
  it('has an update handled once, however often its outcome cannot be written', async () => {
    const handled: number[] = [];
    add(1);
    add(2);
    let failing = 3;
    const busy: InboxDisk['store'] = {
      isFull: (error) => store.isFull(error),
      tx(work) {
        if (handled.length === 1 && failing-- > 0) throw new Error('full');
        return store.tx(work);
      },
    };
    const inbox = journal({ handle: one((id) => void handled.push(id)) }, { disk: { store: busy } });
    await inbox.drained();
    expect(handled).toEqual([1, 2]);
    expect(failing).toBeLessThan(0);
    expect(updates.depth()).toBe(0);
  });

  it('does not set an update aside because of a full disk, and continues when there is room', async () => {
    const handled: number[] = [];
    add(1);
    add(2);
    let failing = TRIES * 3;
    const inbox = journal({
      handle: one((id) => {
        if (failing-- > 0) throw new FaultError(fault('STORE_FULL', { path: dir }));
        handled.push(id);
      }),
    });
    await inbox.drained();
    expect(handled).toEqual([1, 2]);
    expect(updates.failedUpdates()).toEqual([]);
    expect(updates.depth()).toBe(0);
  });

  it('leaves an update that waits for room to the next run when the inbox stops', async () => {
    add(1);
    const inbox = journal({
      handle: one(() => {
        void inbox.stop();
        throw new FaultError(fault('STORE_FULL', { path: dir }));
      }),
    });
    inbox.wake();
    await inbox.stop();
    expect(updates.reclaim('next')).toBe(1);
    expect(updates.open('7', 10).map((u) => u.id)).toEqual([1]);
  });

  it('is read again without a wake when it could not be read', async () => {
    const handled: number[] = [];
    add(1);
    let failing = 2;
    const done = new Promise<void>((resolve) => {
      const unreadable: Updates = {
        ...updates,
        openLanes() {
          if (failing-- > 0) throw new Error('disk I/O error');
          return updates.openLanes();
        },
      };
      const handler: Handler = {
        handle: one((id) => {
          handled.push(id);
          resolve();
        }),
      };
      const inbox = journal(handler, { disk: { updates: unreadable } });
      inbox.wake();
    });
    await done;
    expect(handled).toEqual([1]);
  });
});

describe('updates that belong together', () => {
  it('are handled as one, and wait for more no longer than asked', async () => {
    const groups: number[][] = [];
    const waits: number[] = [];
    add(1);
    add(2);
    const inbox = journal({
      group(open) {
        if (waits.length === 0) {
          waits.push(open.length);
          return { waitMs: 1 };
        }
        return { take: open.length };
      },
      handle: (group) => Promise.resolve(void groups.push(group.map((u) => u.id))),
    });
    await inbox.drained();
    expect(groups).toEqual([[1, 2]]);
    expect(waits).toEqual([2]);
  });

  it('are grouped again as soon as another one arrives, and stay open when the inbox stops', async () => {
    const groups: number[][] = [];
    add(1);
    const inbox = journal({
      group: (open) => (open.length < 2 ? { waitMs: 3_600_000 } : { take: 2 }),
      handle: (group) => Promise.resolve(void groups.push(group.map((u) => u.id))),
    });
    inbox.wake();
    add(2);
    await inbox.drained();
    expect(groups).toEqual([[1, 2]]);
    add(3);
    inbox.wake();
    await inbox.stop();
    expect(updates.open('7', 9)).toMatchObject([{ id: 3, tries: 0 }]);
  });

  it('stay the same group after a crash, although more could join by then', async () => {
    const groups: number[][] = [];
    add(1);
    add(2);
    updates.claim([1, 2], 'gone');
    updates.reclaim('me');
    add(3);
    const inbox = journal({
      group: (open) => ({ take: open.length }),
      handle: (group) => Promise.resolve(void groups.push(group.map((u) => u.id))),
    });
    await inbox.drained();
    expect(groups).toEqual([[1, 2], [3]]);
  });

  it('share their fate when they cannot be handled', async () => {
    add(1);
    add(2);
    add(3);
    const inbox = journal({
      group: (open) => ({ take: Math.min(2, open.length) }),
      handle: (group) => (group.length === 2 ? Promise.reject(new Error('no')) : Promise.resolve()),
    });
    await inbox.drained();
    expect([1, 2, 3].map(row)).toMatchObject([{ state: 'failed' }, { state: 'failed' }, { state: 'done' }]);
  });
});
