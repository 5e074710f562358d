import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../repo/files';
import { installFor, nodeLine } from './harness/node-line';
import { until } from './harness/until';

/** A container as far as this matters: process ids of its own, of which ours is the first. Not every machine allows it. */
const CONTAINER = ['--pid', '--fork', '--mount-proc', '--kill-child'];
const isAllowed = spawnSync('unshare', [...CONTAINER, 'true']).status === 0;

let dir: string;
let outside: ChildProcess | undefined;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-first-'));
  mkdirSync(join(dir, 'home'));
});
afterEach(async () => {
  if (outside !== undefined && outside.exitCode === null && outside.signalCode === null) {
    outside.kill('SIGKILL');
    await once(outside, 'exit');
  }
  outside = undefined;
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
});

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it ended meanwhile
  }
};

/** The processes whose parent is `pid`, with their states. */
function childrenOf(pid: number): { pid: number; state: string; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const [, state = '', parent = ''] = /^\d+ \(.*\) (\S) (\d+)/s.exec(read(`/proc/${name}/stat`)) ?? [];
      const command = read(`/proc/${name}/cmdline`).replaceAll('\0', ' ');
      return Number(parent) === pid ? [{ pid: Number(name), state, command }] : [];
    });
}

/** Starts ccbot as the first process of a container; returns the pid of that process outside. */
async function startContainer(node: string, ccbot: string, output: string[]): Promise<number> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: join(dir, 'home'),
    CCBOT_DIR: join(dir, 'home/.ccbot'),
    TMUX_TMPDIR: dir,
    TELEGRAM_BOT_TOKEN: '123456780:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    ALLOWED_USERS: '7',
    TELEGRAM_API_ROOT: 'http://127.0.0.1:9', // nothing listens there
    CCBOT_CANARY: 'off',
  };
  const child = spawn('unshare', [...CONTAINER, node, ccbot, 'supervise', '--patient'], { env, cwd: dir });
  outside = child;
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => output.push(data.toString()));
  await until(() => output.join('').includes('supervisor started'));
  const [first] = childrenOf(child.pid ?? 0);
  if (first === undefined) throw new Error(`the container has no process:\n${output.join('')}`);
  return first.pid;
}

/** Leaves a process behind in the container, which ends at once, and returns when it has ended. */
function leaveOrphan(first: number): void {
  const left = spawnSync('nsenter', [
    '-t',
    String(first),
    '-p',
    'sh',
    '-c',
    '(true & true & true &) ; exit 0',
  ]);
  expect(left.status).toBe(0);
}

const zombies = (pid: number) => childrenOf(pid).filter(({ state }) => state === 'Z');

const inContainer = isAllowed
  ? it
  : (name: string) => it(`${name}: not allowed on this machine (unshare)`, () => undefined);

inContainer('removes what agents leave behind, passes the stop on and ends with its code', async () => {
  const { node, modules } = nodeLine(24);
  const { supervisor } = installFor(join(dir, 'program'), node, modules);
  const output: string[] = [];
  const first = await startContainer(node, supervisor, output);
  expect(childrenOf(first).map(({ command }) => command)).toEqual([expect.stringContaining('supervise')]);
  for (let i = 0; i < 5; i++) leaveOrphan(first);
  await until(() => zombies(first).length === 0);

  process.kill(first, 'SIGTERM');
  if (outside === undefined) throw new Error('not started');
  const [code] = (await once(outside, 'exit')) as [number];
  expect(code).toBe(0);
});

inContainer('says that orphans stay where Node.js cannot hand its place over', async () => {
  if (typeof (process as { execve?: unknown }).execve === 'function') return;
  const output: string[] = [];
  await startContainer(process.execPath, join(root, 'packages/supervisor/bin/ccbot.js'), output);
  expect(output.join('')).toContain('docker run --init');
});
