import type { ClusterLink } from '../link';
import { network, type Network } from '../fixtures/network';
import { createSharedCopy } from '../shared/copy';
import { holdKey, machineKey } from '../shared/keys';
import { createSharedHolds } from './holds';

let clock: number;
let net: Network;

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  clock = 1_000_000;
  net = network(() => clock);
});
afterEach(() => jest.useRealTimers());

function machine(host: string) {
  const copy = createSharedCopy(() => undefined);
  const heard: string[] = [];
  let link: ClusterLink | null = null;
  const holds = createSharedHolds({
    host,
    copy,
    link: () => link,
    isJoined: () => link !== null,
    log: (level, text) => {
      if (level !== 'info') heard.push(`${level}: ${text}`);
    },
  });
  copy.listen((entry) => holds.taken(entry));
  holds.watch({ chats: [7, 8], hold: (chat, ms) => void heard.push(`${chat} ${ms}`) });
  return {
    holds,
    heard,
    async join() {
      await net.bucket.put(machineKey(host), '{}');
      await copy.connected(net.bucket);
      link = { state: net.bucket } as ClusterLink;
      holds.connected();
    },
    leave() {
      copy.disconnected();
      link = null;
    },
  };
}

async function hear(): Promise<void> {
  for (let more = true; more;) {
    more = [0, 1].map((i) => net.pass(i)).includes(true);
    await Promise.resolve();
  }
}

it('reach the other machines, and not the one that was told', async () => {
  const [ada, bob] = [machine('ada'), machine('bob')];
  await ada.join();
  await bob.join();
  ada.holds.told(7, 4_000);
  await hear();
  expect([ada.heard, bob.heard]).toEqual([[], ['7 4000']]);
  ada.holds.told(8, 6_000);
  await hear();
  expect(bob.heard.at(-1)).toBe('all 6000');
});

it('reach a machine that joins later with what is left of them', async () => {
  const [ada, bob] = [machine('ada'), machine('bob')];
  await ada.join();
  ada.holds.told(7, 4_000);
  await hear();
  clock += 3_000;
  await bob.join();
  expect(bob.heard).toEqual(['7 1000']);
  clock += 60_000;
  const cyd = machine('cyd');
  await cyd.join();
  expect(cyd.heard).toEqual([]);
});

it('of a machine that is cut off are told when it is back, if something is left of them', async () => {
  const [ada, bob] = [machine('ada'), machine('bob')];
  await bob.join();
  ada.holds.told(7, 4_000);
  jest.advanceTimersByTime(1_500);
  await ada.join();
  await hear();
  expect(bob.heard).toEqual(['7 2500']);
  ada.leave();
  ada.holds.told(7, 4_000);
  jest.advanceTimersByTime(5_000);
  await ada.join();
  await hear();
  expect(bob.heard).toHaveLength(1);
});

it('that are garbage, or of a chat that is none of ours, hold up nothing', async () => {
  const bob = machine('bob');
  await bob.join();
  for (const value of [
    '',
    '{',
    '{"host":"ada"}',
    '{"host":"ada","ms":-5}',
    '{"host":"ada","ms":"9"}',
    'null',
  ])
    await net.bucket.put(holdKey(7), value);
  await net.bucket.put(holdKey(999), '{"host":"ada","ms":5000}');
  await net.bucket.put('hold.everything', '{"host":"ada","ms":5000}');
  await hear();
  expect(bob.heard.filter((line) => !line.startsWith('warn: shared value unreadable'))).toEqual([]);
});
