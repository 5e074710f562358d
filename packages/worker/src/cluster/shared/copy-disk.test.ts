import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '../../store/open';
import { createSettings } from '../../store/settings';
import type { Bucket, Entry } from '../link';
import { createSharedCopy } from './copy';
import { createCopyDisk, type CopyDisk } from './copy-disk';

let dir: string;
let store: Store;
let logged: string[];
let fails: boolean;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-copy-'));
  store = openStore(join(dir, 'ccbot.db'), () => 1);
  [logged, fails] = [[], false];
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

/** As of one run of the worker. */
const disk = (): CopyDisk =>
  createCopyDisk({
    settings: createSettings(store),
    tx(work) {
      if (fails) throw new Error('database or disk is full');
      return store.tx(work);
    },
    log: (_level, text) => void logged.push(text),
  });
const entry = (key: string, value: string | null, at = 1): Entry => ({ key, value, revision: at, at });
const loaded = (): Record<string, string | null> =>
  Object.fromEntries(
    disk()
      .load()
      .map(({ key, value }) => [key, value]),
  );

it('has machines and sessions again at the next start, and nothing else', () => {
  const first = disk();
  first.changed(entry('machine.ada', 'up', 5));
  first.changed(entry('session.x', 'one'));
  first.changed(entry('session.x', 'two'));
  first.changed(entry('handled.ada.7', 'no'));
  first.changed(entry('setting.chat=3a7.active', 'x'));
  first.stop();
  expect(loaded()).toEqual({ 'machine.ada': 'up', 'session.x': 'two' });
  expect(disk().load()[0]).toEqual({ key: 'machine.ada', value: 'up', revision: 5, at: 5 });
});

it('forgets what is gone', () => {
  const first = disk();
  first.changed(entry('session.x', 'one'));
  first.stop();
  const second = disk();
  second.load();
  second.changed(entry('session.x', null));
  second.changed(entry('session.never', null));
  second.stop();
  expect(loaded()).toEqual({});
  expect(createSettings(store).under('cluster:copy')).toEqual([]);
});

it('does not write each time that a machine says it is there', () => {
  const first = disk();
  first.changed(entry('machine.ada', 'up', 1_000));
  first.stop();
  const second = disk();
  second.load();
  second.changed(entry('machine.ada', 'up', 6_000));
  second.stop();
  expect(disk().load()[0]?.at).toBe(1_000);
  const third = disk();
  third.load();
  third.changed(entry('machine.ada', 'up', 70_000));
  third.stop();
  expect(disk().load()[0]?.at).toBe(70_000);
});

it('reads what it can, and logs the rest', () => {
  const settings = createSettings(store);
  settings.set('cluster:copy', 'session.a', '{');
  settings.set('cluster:copy', 'session.b', '{"value":5,"revision":1,"at":1}');
  settings.set('cluster:copy', 'session.c', JSON.stringify({ value: 'ok', revision: 1, at: 1 }));
  expect(loaded()).toEqual({ 'session.c': 'ok' });
  expect(logged).toHaveLength(2);
});

it('writes what it could not when the disk was full', () => {
  const first = disk();
  fails = true;
  first.changed(entry('session.x', 'one'));
  first.stop();
  expect(logged).toEqual(['copy of the cluster not stored']);
  const second = disk();
  second.changed(entry('session.x', 'one'));
  fails = false;
  second.changed(entry('session.y', 'two'));
  second.stop();
  expect(loaded()).toEqual({ 'session.x': 'one', 'session.y': 'two' });
});

it('is what a copy begins with, until the cluster says otherwise', async () => {
  const first = disk();
  first.changed(entry('session.x', 'here'));
  first.changed(entry('session.gone', 'here'));
  first.stop();
  const second = disk();
  const copy = createSharedCopy(() => undefined, second);
  expect(copy.under('session.').map(({ key }) => key)).toEqual(['session.gone', 'session.x']);
  const bucket = {
    async watch(listener: (entry: Entry) => void) {
      listener(entry('session.x', 'new', 2));
    },
  } as Partial<Bucket> as Bucket;
  await copy.connected(bucket);
  expect(copy.under('session.').map(({ value }) => value)).toEqual(['new']);
  second.stop();
  expect(loaded()).toEqual({ 'session.x': 'new' });
});
