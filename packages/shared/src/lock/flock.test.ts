import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acquireLock, adoptLock, readHolder, type Lock } from './flock';
import { holderOfThisProcess, parseHolder } from './holder';
import { acquireInstance } from './instance';
import { waitForLock } from './wait';

const holder = holderOfThisProcess('1.2.3', '/the/dir', 0, 'worker');
const fixture = join(__dirname, '../fixtures/holder.js');
let directory: string;
let path: string;
let children: ChildProcess[];
let pids: number[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ccbot-lock-'));
  path = join(directory, 'ccbot.lock');
  children = [];
  pids = [];
});
afterEach(async () => {
  for (const child of children) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // The test has already killed it.
    }
  }
  rmSync(directory, { recursive: true, force: true });
});

type LockReport = { locked: boolean; pid: number; child: { locked: boolean; pid: number } };
async function hold(...args: string[]): Promise<{ process: ChildProcess; report: LockReport }> {
  const child = spawn(process.execPath, [fixture, path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const report = JSON.parse(line.toString()) as LockReport;
  if (report.child) pids.push(report.child.pid);
  return { process: child, report };
}

function mustHave(result: ReturnType<typeof acquireLock>): Lock {
  if (!result.ok) throw new Error(result.fault.what);
  return result.lock;
}

describe('taking the lock', () => {
  it('writes the holder as one line into a private file', () => {
    const lock = mustHave(acquireLock(path, holder));
    expect(readFileSync(path, 'utf8')).toBe(`${JSON.stringify(holder)}\n`);
    expect(holder).toMatchObject({ pid: process.pid, version: '1.2.3', ccbotDir: '/the/dir' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    lock.release();
  });

  it('fails and names the holder while another process holds it', async () => {
    writeFileSync(path, `${JSON.stringify({ ...holder, pid: 4711 })}\n`);
    await hold();
    const refused = acquireLock(path, holder);
    expect(refused).toMatchObject({
      ok: false,
      fault: { code: 'LOCK_HELD', exit: 1 },
      holder: { pid: 4711 },
    });
    if (!refused.ok) expect(refused.fault.what).toContain('pid 4711');
    expect(parseHolder(readFileSync(path, 'utf8'))?.pid).toBe(4711);
  });

  it.each(['', '{"pid":12', 'null', '[]', '7', '{"pid":"x"}', '\u0000\u0000', 'x'.repeat(100_000)])(
    'is held all the same when its text is %.20j',
    async (text) => {
      writeFileSync(path, text);
      await hold();
      const refused = acquireLock(path, holder);
      expect(refused.ok).toBe(false);
      if (!refused.ok) expect(refused.fault.what).toContain('left no name');
    },
  );

  it('overwrites all of a longer line left by a dead holder', () => {
    writeFileSync(path, 'x'.repeat(10_000));
    const lock = mustHave(acquireLock(path, holder));
    expect(readHolder(path)).toEqual(holder);
    lock.release();
  });

  it('reports a missing directory and leaks no descriptor', () => {
    const before = readdirSync('/proc/self/fd').length;
    for (let i = 0; i < 20; i++) {
      expect(acquireLock(join(directory, 'no', 'lock'), holder)).toMatchObject({
        fault: { code: 'LOCK_FAILED' },
      });
      mustHave(acquireLock(path, holder)).release();
    }
    expect(readdirSync('/proc/self/fd')).toHaveLength(before);
  });
});

describe('two processes that share the lock', () => {
  it('keep it while either process lives', async () => {
    writeFileSync(path, '');
    const { process: parent, report } = await hold('hand-on');
    expect(report).toMatchObject({ locked: true, child: { locked: true } });
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    expect(acquireLock(path, holder).ok).toBe(false);
    const waiting = waitForLock(path, holder, { giveUp: new AbortController().signal, prefix: [] });
    process.kill(report.child.pid, 'SIGKILL');
    mustHave(await waiting).release();
  });

  it('do not pass it to a child that was not given the descriptor', async () => {
    writeFileSync(path, '');
    const { process: parent, report } = await hold('exec');
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    mustHave(acquireLock(path, holder)).release();
    expect(() => process.kill(report.child.pid, 0)).not.toThrow(); // the child outlives the holder
  });

  it('can adopt it through the shared descriptor only', async () => {
    const lock = mustHave(acquireLock(path, holder));
    const adopted = adoptLock(path, lock.fd);
    expect(adopted.ok).toBe(true);
    lock.release();
    expect(adoptLock(path, 9_999)).toMatchObject({ fault: { code: 'LOCK_FAILED' } });
    await hold();
  });
});

describe('a replaced lock file', () => {
  it('is noticed by the holder', () => {
    const lock = mustHave(acquireLock(path, holder));
    expect(lock.check()).toBe('held');
    unlinkSync(path);
    expect(lock.check()).toBe('replaced');
    writeFileSync(path, '');
    expect(lock.check()).toBe('replaced');
    expect(adoptLock(path, lock.fd)).toMatchObject({ fault: { code: 'LOCK_LOST', exit: 1 } });
    lock.release();
  });

  it('is not removed on release', () => {
    const lock = mustHave(acquireLock(path, holder));
    unlinkSync(path);
    writeFileSync(path, 'another’s');
    lock.release({ remove: true });
    expect(readFileSync(path, 'utf8')).toBe('another’s');
    mustHave(acquireLock(path, holder)).release({ remove: true });
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('waiting for the lock', () => {
  const wait = (giveUp: AbortSignal): ReturnType<typeof waitForLock> =>
    waitForLock(path, holder, { giveUp, prefix: [] });
  const never = new AbortController().signal;

  it('gives it to this process when the holder dies', async () => {
    writeFileSync(path, '');
    const { process: other } = await hold();
    const waiting = wait(never);
    other.kill('SIGKILL');
    const lock = mustHave(await waiting);
    expect(readHolder(path)?.pid).toBe(process.pid);
    expect(acquireLock(path, holder).ok).toBe(false);
    lock.release();
  });

  it('takes the lock of the new file if the holder removed the old one', async () => {
    const first = mustHave(acquireLock(path, holder));
    const waiting = wait(never);
    first.release({ remove: true });
    const lock = mustHave(await waiting);
    expect(lock.check()).toBe('held');
    lock.release();
  });

  it('can be given up, and then holds nothing', async () => {
    writeFileSync(path, '');
    await hold();
    const giveUp = new AbortController();
    const before = readdirSync('/proc/self/fd').length;
    const waiting = wait(giveUp.signal);
    giveUp.abort();
    expect(await waiting).toMatchObject({ ok: false, fault: { code: 'LOCK_HELD' } });
    expect(readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before);
  });
});

describe('the locks of an instance', () => {
  it('are taken together or not at all, and the fault says that the token is the same', () => {
    const token = { own: join(directory, 'home/token.lock'), shared: join(directory, 'shared/token.lock') };
    const first = acquireInstance({ lock: path, token }, holder);
    expect(first.ok).toBe(true);
    const other = { lock: join(directory, 'other.lock'), token };
    const refused = acquireInstance(other, holder);
    expect(refused.ok).toBe(false);
    if (!refused.ok) expect(refused.fault.what).toMatch(/same bot token/);
    mustHave(acquireLock(other.lock, holder)).release();
    if (!first.ok) return;
    first.locks.token.release();
    first.locks.directory.release();
  });
});

it.each([
  ['a pipe', () => void spawnSync('mkfifo', [path])],
  ['an endless device', () => symlinkSync('/dev/zero', path)],
  ['a huge file', () => writeFileSync(path, ' '.repeat(20_000))],
])('names no holder when the lock file is %s, and does not wait', (_what, make) => {
  make();
  expect(readHolder(path)).toBeNull();
});
