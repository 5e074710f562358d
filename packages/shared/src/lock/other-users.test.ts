import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { bundleFixture } from '../fixtures/bundle';
import { describeWithUsers, spawnAs, USERS } from '../fixtures/other-user';
import { holderOfThisProcess } from './holder';
import { acquireInstance, waitForInstance, type InstanceLocks, type LockPaths } from './instance';

const holder = holderOfThisProcess('1.2.3', '/the/dir', 0, 'worker');
const fixture = join(__dirname, '../fixtures/holder.js');
const me = process.getuid?.() ?? 0;
const [other] = USERS;
let base: string;
let children: ChildProcess[];

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'ccbot-users-'));
  chmodSync(base, 0o1777);
  children = [];
});
afterEach(async () => {
  for (const child of children) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  rmSync(base, { recursive: true, force: true });
});

/** The lock paths of different users: separate directories, the same token. */
const pathsOf = (user: number): LockPaths => ({
  lock: join(base, `dir-${user}`, 'ccbot.lock'),
  token: {
    own: join(base, `dir-${user}`, 'token-x.lock'),
    shared: join(base, `ccbot-${user}`, 'token-x.lock'),
  },
});

function makeDirectories(user: number): void {
  for (const [path, mode] of [
    [join(base, `ccbot-${user}`), 0o711],
    [join(base, `dir-${user}`), 0o700],
  ] as const) {
    mkdirSync(path, { mode });
    if (user !== me) chownSync(path, user, user);
  }
}

async function hold(path: string): Promise<ChildProcess> {
  writeFileSync(path, '');
  chmodSync(path, 0o644);
  const child = spawn(process.execPath, [fixture, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

function release({ directory, token }: InstanceLocks): void {
  token.release({ remove: true });
  directory.release();
}

const mine = pathsOf.bind(null, me);
const theirs = (): string => pathsOf(other).token.shared;

describe('the token lock in the directory for temporary files', () => {
  beforeEach(() => makeDirectories(me));

  it('is visible to other users who know the token, and the one in the home is not', () => {
    const acquired = acquireInstance(mine(), holder);
    if (!acquired.ok) throw new Error(acquired.fault.what);
    expect(acquired.locks.token.missing).toBe('');
    expect(statSync(mine().token.shared).mode & 0o777).toBe(0o644);
    expect(statSync(mine().token.own).mode & 0o777).toBe(0o600);
    expect(statSync(mine().lock).mode & 0o777).toBe(0o600);
    release(acquired.locks);
    expect([existsSync(mine().token.own), existsSync(mine().token.shared)]).toEqual([false, false]);
  });

  it('keeps this version out while an earlier one, which knows no other lock, holds it', async () => {
    await hold(mine().token.shared);
    const refused = acquireInstance(mine(), holder);
    expect(refused).toMatchObject({ ok: false, fault: { code: 'LOCK_HELD' } });
    expect(existsSync(mine().token.own)).toBe(false);
  });

  it.each<[string, () => void]>([
    ['a file', () => writeFileSync(join(base, `ccbot-${me}`), '')],
    ['a link to a directory of ours', () => symlinkSync(join(base, `dir-${me}`), join(base, `ccbot-${me}`))],
    ['a dangling link', () => symlinkSync(join(base, 'nothing'), join(base, `ccbot-${me}`))],
  ])('can be replaced by %s, and the lock in the home still keeps a second instance out', (_what, make) => {
    rmSync(join(base, `ccbot-${me}`), { recursive: true });
    make();
    const mode = statSync(join(base, `dir-${me}`)).mode;
    const acquired = acquireInstance(mine(), holder);
    if (!acquired.ok) throw new Error(acquired.fault.what);
    expect(acquired.locks.token.missing).toContain(`ccbot-${me}`);
    expect(statSync(join(base, `dir-${me}`)).mode).toBe(mode);
    expect(acquireInstance({ ...mine(), lock: join(base, 'another.lock') }, holder)).toMatchObject({
      ok: false,
      fault: { code: 'LOCK_HELD' },
    });
    release(acquired.locks);
  });

  it('is a fault that says what to do when the lock in the home cannot be used either', () => {
    rmSync(join(base, `ccbot-${me}`), { recursive: true });
    writeFileSync(join(base, `ccbot-${me}`), '');
    writeFileSync(join(base, 'file'), '');
    const token = { own: join(base, 'file/token-x.lock'), shared: mine().token.shared };
    const refused = acquireInstance({ ...mine(), token }, holder);
    expect(refused).toMatchObject({ ok: false, fault: { code: 'TOKEN_LOCK_FAILED', exit: 78 } });
  });

  it('is not mistaken for another user’s through a link to our own directory', () => {
    symlinkSync(join(base, `ccbot-${me}`), join(base, `ccbot-${other}`));
    const acquired = acquireInstance(mine(), holder);
    expect(acquired.ok).toBe(true);
    if (acquired.ok) release(acquired.locks);
  });
});

describeWithUsers('the lock of another user', () => {
  beforeEach(() => {
    makeDirectories(me);
    makeDirectories(other);
  });

  it('makes a start fail with the reason, and no lock is kept', async () => {
    await hold(theirs());
    const refused = acquireInstance(mine(), holder);
    expect(refused).toMatchObject({ ok: false, fault: { code: 'LOCK_HELD' } });
    if (!refused.ok) {
      expect(refused.fault.what).toContain('another user of this machine');
      expect(refused.fault.what).toContain(theirs());
    }
    expect(existsSync(mine().token.shared)).toBe(false);
    expect(existsSync(mine().token.own)).toBe(false);
  });

  it.each<[string, (path: string) => void]>([
    ['an unlocked file', (path) => writeFileSync(path, '')],
    ['a pipe', (path) => void spawnSync('mkfifo', [path])],
    ['a link to a locked file', (path) => symlinkSync(mine().lock, path)],
    ['a directory', (path) => mkdirSync(path)],
  ])('does not block a start when it is %s', (_what, make) => {
    make(theirs());
    const acquired = acquireInstance(mine(), holder);
    expect(acquired.ok).toBe(true);
    if (acquired.ok) release(acquired.locks);
  });

  it('does not count in a directory that is named after somebody else', async () => {
    await hold(theirs());
    chownSync(join(base, `ccbot-${other}`), USERS[1], USERS[1]);
    const acquired = acquireInstance(mine(), holder);
    expect(acquired.ok).toBe(true);
    if (acquired.ok) release(acquired.locks);
  });

  it('is waited for until that user’s process exits', async () => {
    const theirProcess = await hold(theirs());
    const waiting = waitForInstance(mine(), holder, { giveUp: new AbortController().signal, prefix: [] });
    theirProcess.kill('SIGKILL');
    const acquired = await waiting;
    expect(acquired.ok).toBe(true);
    if (acquired.ok) release(acquired.locks);
  });

  it('leaves no lock of ours behind when we gave up waiting', async () => {
    await hold(theirs());
    const giveUp = new AbortController();
    const waiting = waitForInstance(mine(), holder, { giveUp: giveUp.signal, prefix: [] });
    giveUp.abort();
    expect(await waiting).toMatchObject({ ok: false, fault: { code: 'LOCK_HELD' } });
    rmSync(theirs());
    const acquired = acquireInstance(mine(), holder);
    expect(acquired.ok).toBe(true);
    if (acquired.ok) release(acquired.locks);
  });

  it('goes first to one, then to the other of two users who wait for each other', async () => {
    const path = bundleFixture(join(__dirname, '../fixtures/instance.ts'), 'instance');
    makeDirectories(USERS[1]);
    const starts = USERS.map((user) => {
      const { lock, token } = pathsOf(user);
      const child = spawnAs(user, [path, lock, token.own, token.shared], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(child);
      const held = once(child.stdout as Readable, 'data').then(([text]) => ({ child, text: String(text) }));
      return held;
    });
    const first = await Promise.race(starts);
    expect(first.text).toBe('held\n');
    expect(acquireInstance(mine(), holder)).toMatchObject({ ok: false });
    first.child.kill('SIGKILL');
    expect((await Promise.all(starts)).map(({ text }) => text)).toEqual(['held\n', 'held\n']);
  });
});
