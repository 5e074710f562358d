import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { knownProcess } from '@ccbot/shared/processes/known-process';
import { waitForEnd } from './ending';

it('resolves when the process is gone, and kills a process that does not exit', async () => {
  const child = spawn(process.execPath, [
    '-e',
    "process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6)",
  ]);
  const gone = once(child, 'exit');
  await waitForEnd(knownProcess(child.pid ?? 0), 50);
  expect(await gone).toEqual([null, 'SIGKILL']);
});

it('signals nothing for a process that has ended', async () => {
  const child = spawn('true');
  await once(child, 'exit');
  for (const pid of [child.pid ?? 0, 0, 1]) await waitForEnd(knownProcess(pid), 10);
});
