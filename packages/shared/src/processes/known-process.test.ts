import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isRunning, knownProcess, signalProcess } from './known-process';

it('knows a process until it ends, and signals no other with its number', async () => {
  const child = spawn('sleep', ['600']);
  const pid = child.pid ?? 0;
  const known = knownProcess(pid);
  expect(isRunning(known)).toBe(true);
  const recycled = { pid, started: '1' };
  expect(isRunning(recycled)).toBe(false);
  expect(signalProcess(recycled, 'SIGKILL')).toBe(false);
  const gone = once(child, 'exit');
  expect(signalProcess(known, 'SIGTERM')).toBe(true);
  expect(await gone).toEqual([null, 'SIGTERM']);
  expect(isRunning(known)).toBe(false);
  expect(signalProcess(known, 'SIGKILL')).toBe(false);
});

it('counts a zombie as ended', async () => {
  // The shell starts a child and becomes a program that never waits for it.
  const parent = spawn('sh', ['-c', 'sh -c "echo \\$\\$" & exec sleep 600']);
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const child = knownProcess(Number(line.toString()));
  while (isRunning(child)) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(isRunning(knownProcess(child.pid))).toBe(false);
  parent.kill('SIGKILL');
});

it.each([0, 1, -1, NaN])('signals nothing for %p', (pid) => {
  expect(signalProcess({ pid, started: null }, 'SIGKILL')).toBe(false);
});
