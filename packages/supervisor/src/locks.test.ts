import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acquireLock } from '@ccbot/shared/lock/flock';
import { holderOfThisProcess } from '@ccbot/shared/lock/holder';
import { acquireInstance } from '@ccbot/shared/lock/instance';
import { createLocks, type Locks } from './locks';

let dir: string;
let shared: string;
let elsewhere: string;
let complaints: string[];
let locks: Locks;
const holder = holderOfThisProcess('1', '/x', 0, 'supervisor');

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-locks-'));
  shared = join(dir, 'shared');
  elsewhere = join(dir, 'elsewhere');
  mkdirSync(elsewhere);
  complaints = [];
  const token = { own: join(dir, 'own', 'token.lock'), shared: join(shared, 'token.lock') };
  const acquired = acquireInstance({ lock: join(dir, 'ccbot.lock'), token }, holder);
  if (!acquired.ok) throw new Error(acquired.fault.what);
  const effects = { prepare: () => undefined, complain: (text: string) => void complaints.push(text) };
  locks = createLocks(acquired.locks, holder, effects);
});
afterEach(() => {
  locks.release();
  rmSync(dir, { recursive: true, force: true });
});

it('takes a lock again after its directory was removed', () => {
  rmSync(shared, { recursive: true });
  expect(locks.check()).toEqual({ type: 'lock.renewed' });
  expect(readdirSync(shared)).toEqual(['token.lock']);
});

describe('when the directory for temporary files holds something else in the place of ours', () => {
  beforeEach(() => {
    rmSync(shared, { recursive: true });
    symlinkSync(elsewhere, shared);
  });

  it('creates nothing behind it, says so once, and keeps running', () => {
    expect([locks.check(), locks.check()]).toEqual([null, null]);
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(complaints).toEqual([expect.stringContaining(`${shared} is a link`)]);
  });

  it('does not believe a lock in it', () => {
    const foreign = acquireLock(join(elsewhere, 'token.lock'), holder);
    if (!foreign.ok) throw new Error(foreign.fault.what);
    expect(locks.check()).toBeNull();
    foreign.lock.release();
  });

  it('takes the lock again when the name is free', () => {
    locks.check();
    rmSync(shared);
    expect(locks.check()).toEqual({ type: 'lock.renewed' });
    expect(readdirSync(shared)).toEqual(['token.lock']);
  });
});
