import fc from 'fast-check';
import type { Settings } from '../../store/settings';
import type { Bucket, Entry } from '../link';
import { createSharedCopy } from './copy';
import { settingKey, settingOf } from './keys';
import { isShared, shareSettings } from './settings';

/** Settings in memory, which outlive a run as those on disk do. */
function memory(): Settings {
  const values = new Map<string, string>();
  const id = (scope: string, key: string): string => JSON.stringify([scope, key]);
  return {
    get: (scope, key) => values.get(id(scope, key)),
    set: (scope, key, value) => void values.set(id(scope, key), value),
    remove: (scope, key) => void values.delete(id(scope, key)),
    under: (prefix) =>
      [...values].flatMap(([at, value]) => {
        const [scope = '', key = ''] = JSON.parse(at) as string[];
        return scope.startsWith(prefix) ? [{ scope, key, value }] : [];
      }),
  };
}

/** A bucket that all machines of a test share. */
function bucket(): Bucket {
  const entries = new Map<string, Entry>();
  const watchers: ((entry: Entry) => void)[] = [];
  let revision = 0;
  const write = (key: string, value: string | null): number => {
    const entry = { key, value, revision: ++revision, at: revision };
    entries.set(key, entry);
    for (const watcher of watchers) watcher(entry);
    return revision;
  };
  return {
    get: async (key) => entries.get(key) ?? null,
    put: async (key, value) => write(key, value),
    remove: async (key) => void write(key, null),
    async watch(listener) {
      for (const entry of entries.values()) listener(entry);
      watchers.push(listener);
    },
  };
}

function machine(own = memory()) {
  const copy = createSharedCopy(() => undefined);
  const heard: string[] = [];
  const shared = shareSettings(own, copy, {
    afterCommit: (work) => work(),
    changed: (scope, key) => void heard.push(`${scope} ${key}`),
  });
  return {
    own,
    heard,
    settings: shared.settings,
    async connect(to: Bucket) {
      await copy.connected(to);
      shared.connected();
    },
    disconnect() {
      copy.disconnected();
      shared.disconnected();
    },
  };
}

const active = (m: { settings: Settings }): string | undefined => m.settings.get('chat:7', 'active');
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('are the same on all machines, and each hears of changes by others only', async () => {
  const shared = bucket();
  const [ada, bob] = [machine(), machine()];
  await ada.connect(shared);
  await bob.connect(shared);
  ada.settings.set('chat:7', 'active', 'one');
  await turn();
  expect(active(bob)).toBe('one');
  expect([ada.heard, bob.heard]).toEqual([[], ['chat:7 active']]);
});

it('stay on the machine where they are of one machine', async () => {
  const shared = bucket();
  const [ada, bob] = [machine(), machine()];
  await ada.connect(shared);
  await bob.connect(shared);
  ada.settings.set('chat:7', 'card', '{}');
  ada.settings.set('bot', 'username', 'x');
  await turn();
  expect([bob.settings.get('chat:7', 'card'), bob.settings.get('bot', 'username')]).toEqual([
    undefined,
    undefined,
  ]);
});

it('that a machine changed while the cluster was away win when it is back, also after a restart', async () => {
  const shared = bucket();
  const [ada, bob] = [machine(), machine()];
  await ada.connect(shared);
  await bob.connect(shared);
  ada.settings.set('chat:7', 'active', 'one');
  await turn();
  bob.disconnect();
  bob.settings.set('chat:7', 'active', 'two');
  expect(active(bob)).toBe('two');
  const restarted = machine(bob.own);
  expect(active(restarted)).toBe('two');
  await restarted.connect(shared);
  await turn();
  expect([active(restarted), active(ada)]).toEqual(['two', 'two']);
});

it('are brought along by the first machine, and taken over by a later one', async () => {
  const shared = bucket();
  const [ada, bob] = [machine(), machine()];
  ada.own.set('chat:7', 'language', 'ru');
  bob.own.set('chat:7', 'language', 'zh');
  await ada.connect(shared);
  await turn();
  await bob.connect(shared);
  await turn();
  expect([ada, bob].map((m) => m.settings.get('chat:7', 'language'))).toEqual(['ru', 'ru']);
});

it('end up equal everywhere, in whatever order two machines write', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(1), fc.nat(5), fc.boolean())), async (writes) => {
      const shared = bucket();
      const machines = [machine(), machine()] as const;
      for (const m of machines) await m.connect(shared);
      for (const [who, value, waits] of writes) {
        machines[who as 0 | 1].settings.set('chat:7', 'active', String(value));
        if (waits) await turn();
      }
      await turn();
      expect(active(machines[0])).toBe(active(machines[1]));
    }),
    { numRuns: 50 },
  );
});

it('have keys that any scope and name fit into', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (scope, key) => {
      fc.pre(scope.isWellFormed() && key.isWellFormed());
      const made = settingKey(scope, key);
      expect(made).toMatch(/^[\w=./-]+$/);
      expect(settingOf(made)).toEqual({ scope, key });
    }),
  );
  expect(settingOf('machine.ada')).toBeNull();
  expect(isShared('session:x', 'thread:7')).toBe(true);
});
