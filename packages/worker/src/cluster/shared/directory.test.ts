import type { Entry } from '../link';
import { createSharedCopy, type SharedCopy } from './copy';
import { createDirectory, type Directory } from './directory';
import type { SharedSession } from '../model';
import { handledKey, machineKey, sessionKey } from './keys';

let copy: SharedCopy;
let directory: Directory;
let logged: unknown[];
let put: (key: string, value: string | null, at?: number) => void;
beforeEach(async () => {
  logged = [];
  copy = createSharedCopy(() => undefined);
  directory = createDirectory({
    host: 'ada',
    copy,
    owners: { note: () => undefined, connected: async () => undefined },
    log: (_level, text, meta) => void logged.push([text, meta]),
  });
  let listen = (_entry: Entry): void => undefined;
  let revision = 0;
  put = (key, value, at = 1_000) => {
    const entry = { key, value, revision: ++revision, at };
    listen(entry);
    directory.taken(entry);
  };
  await copy.connected({
    async watch(listener: (entry: Entry) => void) {
      listen = listener;
    },
  } as never);
  put(machineKey('ada'), machine());
});

const machine = (more: Record<string, unknown> = {}): string =>
  JSON.stringify({ schema: 1, id: 'i', instance: 'r', version: '1', startedAt: 1, state: 'up', ...more });
const session = (more: Record<string, unknown> = {}): string =>
  JSON.stringify({
    id: 's',
    host: 'ada',
    name: 'demo',
    agent: 'claude',
    cwd: '/x',
    chatId: 7,
    phase: 'ready',
    activity: 'idle',
    live: true,
    createdAt: 1,
    ...more,
  });

it('knows when there are several machines, and when there is one again', () => {
  expect(directory.hasOthers()).toBe(false);
  put(machineKey('gpu'), machine({ state: 'stopped' }));
  expect(directory.hasOthers()).toBe(true);
  put(machineKey('gpu'), null);
  expect(directory.hasOthers()).toBe(false);
});

it('reads sessions that an earlier version wrote, and what it can of those of a later one', () => {
  put(sessionKey('old'), session({ id: 'old' }));
  put(sessionKey('s'), session({ about: 'words', ended: { at: 5, why: 'new reason', by: 7 }, mood: 'good' }));
  put(sessionKey('odd'), session({ id: 'odd', about: { text: 'words' }, ended: 'yesterday' }));
  const found = new Map(directory.sessions().map((each) => [each.id, each]));
  expect([...found.keys()].sort()).toEqual(['odd', 'old', 's']);
  expect(found.get('s')).toMatchObject({ about: 'words', ended: { at: 5, why: 'new reason' } });
  expect(found.get('odd')).toMatchObject({ about: undefined, ended: undefined });
});

it.each(['', '{', '[]', 'null', '{"id":"s"}', '\u0000', `"${'x'.repeat(300_000)}"`])(
  'ignores a value that it cannot read, and logs it once: %#',
  (value) => {
    put(sessionKey('good'), session({ id: 'good' }));
    put(sessionKey('bad'), value);
    expect(directory.sessions().map(({ id }) => id)).toEqual(['good']);
    expect(directory.sessions()).toHaveLength(1);
    expect([directory.hostOf('good'), directory.hostOf('bad'), directory.hostOf('none')]).toEqual([
      'ada',
      undefined,
      undefined,
    ]);
    expect(logged).toEqual([['shared value unreadable', { key: 'session.bad', bytes: value.length }]]);
  },
);

it('has no sessions of a machine that has left', () => {
  put(machineKey('gpu'), machine());
  put(sessionKey('g'), session({ id: 'g', host: 'gpu' }));
  expect(directory.sessions()).toHaveLength(1);
  expect(directory.hostOf('g')).toBe('gpu');
  put(machineKey('gpu'), null);
  expect(directory.sessions()).toEqual([]);
  expect(directory.hostOf('g')).toBeUndefined();
});

it('says again after the cluster lost its data which sessions this machine has, and that it waits for a text', async () => {
  const written = new Map<string, string | null>();
  const bucket = (entries: readonly Entry[]) =>
    ({
      async watch(listener: (entry: Entry) => void) {
        entries.forEach(listener);
      },
      async put(key: string, value: string) {
        written.set(key, value);
        return 1;
      },
    }) as never;
  directory.publish([JSON.parse(session()) as SharedSession]);
  directory.handled(7, { update: 5, isWritten: true }, 'text');
  await copy.connected(bucket([]));
  written.clear();
  directory.connected();
  expect([...written.keys()].sort()).toEqual([handledKey('ada', 7), sessionKey('s')]);
  expect(written.get(handledKey('ada', 7))).toContain('"awaits":"text"');
  // What is there stays as it is.
  const at = 1;
  await copy.connected(bucket([...written].map(([key, value], i) => ({ key, value, revision: i + 1, at }))));
  written.clear();
  directory.connected();
  expect([...written.keys()]).toEqual([]);
});
