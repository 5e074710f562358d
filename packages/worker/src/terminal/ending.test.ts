import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { waitForEnd } from './ending';

it('resolves when the process is gone, and kills a process that does not exit', async () => {
  const child = spawn(process.execPath, [
    '-e',
    "process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6)",
  ]);
  const gone = once(child, 'exit');
  await waitForEnd(child.pid ?? 0, 50);
  expect(await gone).toEqual([null, 'SIGKILL']);
});

it('signals nothing for a process that has ended', async () => {
  const child = spawn('true');
  await once(child, 'exit');
  await waitForEnd(child.pid ?? 0, 10);
  await waitForEnd(0, 10);
  await waitForEnd(1, 10);
});
