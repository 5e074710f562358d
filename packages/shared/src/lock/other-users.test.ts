import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holderOfThisProcess } from './holder';
import { acquireInstance, waitForInstance, type InstanceLocks, type LockPaths } from './instance';

const holder = holderOfThisProcess('1.2.3', '/the/dir', 0, 'worker');
const fixture = join(__dirname, '../fixtures/holder.js');
let base: string;
let children: ChildProcess[];

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'ccbot-users-'));
  children = [];
  for (const user of [1, 2]) {
    mkdirSync(join(base, `ccbot-${user}`));
    mkdirSync(join(base, `dir-${user}`));
  }
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
  tokenLock: join(base, `ccbot-${user}`, 'token-x.lock'),
});

async function hold(path: string): Promise<ChildProcess> {
  writeFileSync(path, '');
  const child = spawn(process.execPath, [fixture, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

function release({ directory, token }: InstanceLocks): void {
  token.release({ remove: true });
  directory.release();
}

it('fails with the reason, and keeps no lock, while another user holds the lock of the same token', async () => {
  await hold(pathsOf(2).tokenLock);
  const refused = acquireInstance(pathsOf(1), holder);
  expect(refused).toMatchObject({ ok: false, fault: { code: 'LOCK_HELD' } });
  if (!refused.ok) {
    expect(refused.fault.what).toContain('another user of this machine');
    expect(refused.fault.what).toContain(pathsOf(2).tokenLock);
  }
  expect(existsSync(pathsOf(1).tokenLock)).toBe(false);
});

it('is visible to other users who know the token', () => {
  const acquired = acquireInstance(pathsOf(1), holder);
  if (!acquired.ok) throw new Error(acquired.fault.what);
  expect(statSync(pathsOf(1).tokenLock).mode & 0o777).toBe(0o644);
  expect(statSync(pathsOf(1).lock).mode & 0o777).toBe(0o600);
  expect(acquireInstance(pathsOf(2), holder)).toMatchObject({ ok: false });
  release(acquired.locks);
});

it.each<[string, (path: string) => void]>([
  ['an unlocked file', (path) => writeFileSync(path, '')],
  ['a pipe', (path) => void spawnSync('mkfifo', [path])],
  ['a link to a locked file', (path) => symlinkSync(pathsOf(1).lock, path)],
  ['a directory', (path) => mkdirSync(path)],
])('is not blocked by %s in place of another user’s lock', (_what, make) => {
  make(pathsOf(2).tokenLock);
  const acquired = acquireInstance(pathsOf(1), holder);
  expect(acquired.ok).toBe(true);
  if (acquired.ok) release(acquired.locks);
});

it('waits until the other user’s process exits, and takes the lock', async () => {
  const other = await hold(pathsOf(2).tokenLock);
  const waiting = waitForInstance(pathsOf(1), holder, { giveUp: new AbortController().signal, prefix: [] });
  other.kill('SIGKILL');
  const acquired = await waiting;
  expect(acquired.ok).toBe(true);
  if (acquired.ok) release(acquired.locks);
});

it('keeps no lock after it gave up waiting for the other user', async () => {
  await hold(pathsOf(2).tokenLock);
  const giveUp = new AbortController();
  const waiting = waitForInstance(pathsOf(1), holder, { giveUp: giveUp.signal, prefix: [] });
  giveUp.abort();
  expect(await waiting).toMatchObject({ ok: false, fault: { code: 'LOCK_HELD' } });
  rmSync(pathsOf(2).tokenLock);
  const acquired = acquireInstance(pathsOf(1), holder);
  expect(acquired.ok).toBe(true);
  if (acquired.ok) release(acquired.locks);
});

it('gives the lock first to one, then to the other of two users who wait for each other', async () => {
  const never = { giveUp: new AbortController().signal, prefix: [] };
  const waits = [1, 2].map(async (user) => ({
    user,
    result: await waitForInstance(pathsOf(user), holder, never),
  }));
  const first = await Promise.race(waits);
  if (!first.result.ok) throw new Error(first.result.fault.what);
  expect(
    acquireInstance({ ...pathsOf(3 - first.user), lock: join(base, 'third.lock') }, holder),
  ).toMatchObject({
    ok: false,
  });
  release(first.result.locks);
  const second = (await Promise.all(waits)).find(({ user }) => user !== first.user);
  if (second?.result.ok !== true) throw new Error('the other one never got it');
  release(second.result.locks);
});
