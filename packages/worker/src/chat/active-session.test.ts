import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '../store/open';
import { createSettings, type Settings } from '../store/settings';
import { createActiveSession, type ActiveSession } from './active-session';

let dir: string;
let store: Store;
let settings: Settings;
let active: ActiveSession;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-active-'));
  store = openStore(join(dir, 'ccbot.db'), () => 1);
  settings = createSettings(store);
  active = createActiveSession(settings);
});

afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

it('is the session that was set last, each chat for itself', () => {
  active.set(7, 'a');
  active.set(8, 'b');
  expect([active.get(7), active.get(8), active.get(9)]).toEqual(['a', 'b', undefined]);
  active.set(7, 'c');
  expect(active.get(7)).toBe('c');
});

it('is there after a restart', () => {
  active.set(7, 'a');
  expect(createActiveSession(settings).get(7)).toBe('a');
});

it('is what it was before when the transaction that set it is undone, also when it was read within', () => {
  active.set(7, 'a');
  expect(active.get(7)).toBe('a');
  expect(() =>
    store.tx(() => {
      active.set(7, 'b');
      expect(active.get(7)).toBe('b');
      throw new Error('undone');
    }),
  ).toThrow('undone');
  expect(active.get(7)).toBe('a');
});

it('is what was written last, whoever wrote it: another machine of the cluster may', () => {
  active.set(7, 'a');
  expect(active.get(7)).toBe('a');
  settings.set('chat:7', 'active', 'b');
  expect(active.get(7)).toBe('b');
});
