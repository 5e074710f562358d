import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { CCBOT, prepareSystem, WORKER, workerPid, type System } from './harness/system';
import { until } from './harness/until';

let system: System;
let children: ChildProcess[];
beforeEach(async () => {
  children = [];
  system = await prepareSystem({ settings: { CLAUDE_COMMAND: process.execPath }, installHooks: false });
});
afterEach(async () => {
  for (const child of children) {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  await system.stop();
});

/** The soft limit of a process's core dumps, and the parts of its memory that they have. */
const dumpsOf = (pid: number): { limit: string | undefined; filter: string } => ({
  limit: /^Max core file size\s+(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1],
  filter: readFileSync(`/proc/${pid}/coredump_filter`, 'utf8').trim(),
});

const hardLimitOf = (pid: number): string | undefined =>
  /^Max core file size\s+\S+\s+(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1];

const polls = () => system.telegram.waitFor(() => system.telegram.polls.some((p) => p.endedNs === undefined));

/** Whether the kernel writes dumps into the working directory. */
const isDumpedHere = (): boolean =>
  /^[^|/]/.test(readFileSync('/proc/sys/kernel/core_pattern', 'utf8')) && hardLimitOf(process.pid) !== '0';

/** Starts a program from a shell in which core dumps are on. */
function start(args: readonly string[], env = system.env): ChildProcess {
  const command = ['-c', 'ulimit -S -c "$(ulimit -H -c)" && exec "$@"', 'sh', process.execPath, ...args];
  const child = spawn('/bin/sh', command, { env, cwd: system.project, stdio: ['pipe', 'ignore', 'inherit'] });
  children.push(child);
  return child;
}

/** The pid of what runs in the session's window, once it runs. */
async function windowPid(): Promise<number> {
  const panes = () => system.tmux('list-panes', '-a', '-F', '#{pane_pid}').trim().split('\n').filter(Boolean);
  await until(() => panes().length > 0);
  return Number(panes()[0]);
}

it('are off in supervisor and worker, and complete, with a limit that can be raised, in a window', async () => {
  const child = start([CCBOT, 'supervise']);
  await polls();
  expect(dumpsOf(child.pid ?? 0)).toEqual({ limit: '0', filter: '00000000' });
  const worker = workerPid({ child });
  expect(dumpsOf(worker)).toEqual({ limit: '0', filter: '00000000' });
  const pid = await windowPid();
  expect(dumpsOf(pid)).toEqual({ limit: '0', filter: '00000033' });
  expect(hardLimitOf(pid)).toBe(hardLimitOf(process.pid));
});

it('are off in a worker without a supervisor', async () => {
  const child = start([WORKER]);
  await polls();
  expect(dumpsOf(child.pid ?? 0)).toEqual({ limit: '0', filter: '00000000' });
});

it('have no memory in them where there is no prlimit', async () => {
  // All programs but that one.
  const bin = join(system.dir, 'bin');
  mkdirSync(bin);
  for (const name of ['setpriv', 'tmux', 'sh', 'sleep', 'true'])
    symlinkSync(`/usr/bin/${name}`, join(bin, name));
  const child = start([CCBOT, 'supervise'], { ...system.env, PATH: bin });
  await polls();
  expect(dumpsOf(child.pid ?? 0).filter).toBe('00000000');
  const worker = workerPid({ child });
  expect(dumpsOf(worker).filter).toBe('00000000');
  // Whatever the system writes when it dies here does not have the token, which is in its environment and its heap.
  process.kill(worker, 'SIGABRT');
  // Dumps of one name replace each other: the second one begins when the first is whole.
  await until(() => !existsSync(`/proc/${worker}`));
  child.kill('SIGABRT');
  await once(child, 'exit');
  const dumps = readdirSync(system.project).filter((name) => name.startsWith('core'));
  if (isDumpedHere()) expect(dumps).not.toEqual([]);
  for (const name of dumps)
    expect(readFileSync(join(system.project, name)).includes(system.telegram.token)).toBe(false);
});

it('have no memory in them in a hook that waits for an answer', async () => {
  const payload = { hook_event_name: 'PermissionRequest', session_id: 'abc' };
  const child = start([CCBOT, 'hook']);
  child.stdin?.write(JSON.stringify(payload).slice(0, 10));
  // It is reading its input now, and has gone through its start.
  await until(() => dumpsOf(child.pid ?? 0).filter === '00000000');
  child.stdin?.end();
});
