import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@ccbot/shared/fixtures/until';
import { network, type Network } from '../fixtures/network';
import type { Bucket, ClusterLink } from '../link';
import { openStore, type Store } from '../../store/open';
import { createMessageOwners, type MessageOwners } from './messages';
import { createUnsharedMessages } from './unshared-messages';

let dir: string;
let store: Store;
let net: Network;
let link: ClusterLink | null;
let owners: MessageOwners;
let logged: string[];

function open(most?: number): void {
  store = openStore(join(dir, 'ccbot.db'), Date.now);
  owners = createMessageOwners({
    disk: createUnsharedMessages(store, most),
    link: () => link,
    log: (level, text) => logged.push(`${level}: ${text}`),
  });
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-owners-'));
  net = network();
  link = null;
  logged = [];
  open();
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

const connect = (bucket: Bucket = net.bucket): Promise<void> => {
  link = { messages: bucket } as ClusterLink;
  return owners.connected();
};
const waiting = () => createUnsharedMessages(store).all();

it('are known to the cluster at once while it can be reached', async () => {
  await connect();
  owners.note(7, 1, 'ada');
  expect(net.value('7.1')).toBe('ada');
  expect(await owners.of(7, 1)).toBe('ada');
  await until(() => waiting().length === 0);
  expect(await owners.of(7, 2)).toBeUndefined();
});

it('are waited for a moment: the machine that sent it may not have said so yet', async () => {
  await connect();
  const owner = owners.of(7, 3);
  await new Promise(setImmediate);
  owners.note(7, 3, 'bob');
  expect(await owner).toBe('bob');
});

it('of the time without the cluster are known here at once, and there when it is back, also after a restart', async () => {
  owners.note(7, 1, 'ada');
  owners.note(-100, 2, 'bob');
  expect(await owners.of(7, 1)).toBe('ada');
  store.close();
  open();
  expect(await owners.of(-100, 2)).toBe('bob');
  await connect();
  expect([net.value('7.1'), net.value('-100.2')]).toEqual(['ada', 'bob']);
  expect(waiting()).toEqual([]);
});

it('wait on, the oldest of them, when the cluster breaks off in between', async () => {
  for (let i = 0; i < 120; i++) owners.note(7, i, 'ada');
  let puts = 0;
  const breaking: Bucket = {
    ...net.bucket,
    put: (key, value) => (++puts > 60 ? Promise.reject(new Error('gone')) : net.bucket.put(key, value)),
  };
  await connect(breaking);
  expect(puts).toBe(100);
  expect(waiting().map(({ key }) => key)).toEqual(Array.from({ length: 60 }, (_, i) => `7.${59 - i}`));
  await connect();
  expect(waiting()).toEqual([]);
});

it('are no more than a bound, without the oldest', async () => {
  store.close();
  open(3);
  for (let i = 1; i <= 5; i++) owners.note(7, i, 'ada');
  expect(waiting().map(({ key }) => key)).toEqual(['7.5', '7.4', '7.3']);
});

describe('after the cluster lost its data', () => {
  const own = (...ids: number[]) => ids.map((message) => ({ chatId: 7, message }));

  it('are told again, those that are still known here, the newest first', async () => {
    const told: string[] = [];
    owners.lost(own(3, 2, 1), 'ada');
    await connect({
      ...net.bucket,
      put: (key, value) => {
        told.push(`${key} ${value}`);
        return net.bucket.put(key, value);
      },
    });
    expect(told).toEqual(['7.3 ada', '7.2 ada', '7.1 ada']);
    expect(waiting()).toEqual([]);
  });

  it('are told after a restart, if the worker died before that', async () => {
    owners.lost(own(2, 1), 'ada');
    store.close();
    open();
    await connect();
    expect([net.value('7.1'), net.value('7.2')]).toEqual(['ada', 'ada']);
  });

  it('do not replace what has waited since, also not of another machine, nor push it out', async () => {
    store.close();
    open(3);
    owners.note(7, 4, 'ada');
    owners.note(7, 2, 'bob');
    owners.lost(own(4, 3, 2, 1), 'ada');
    expect(waiting()).toEqual([
      { key: '7.2', host: 'bob' },
      { key: '7.4', host: 'ada' },
      { key: '7.3', host: 'ada' },
    ]);
  });
});

it('keep the machine that was noted last, while an earlier one is being written', async () => {
  await connect();
  owners.note(7, 1, 'ada');
  owners.note(7, 1, 'bob');
  await owners.connected();
  expect(net.value('7.1')).toBe('bob');
  await until(() => waiting().length === 0);
});

it('reach the cluster although the disk is full', async () => {
  await connect();
  store.db.exec(
    "CREATE TRIGGER full BEFORE INSERT ON unshared_messages BEGIN SELECT RAISE(FAIL, 'full'); END",
  );
  owners.note(7, 1, 'ada');
  expect(net.value('7.1')).toBe('ada');
  expect(logged).toContain('warn: machine of a message not stored');
});

it('are unknown, not an error, while the cluster does not answer', async () => {
  await connect({ ...net.bucket, get: () => Promise.reject(new Error('timeout')) });
  expect(await owners.of(7, 1)).toBeUndefined();
});
