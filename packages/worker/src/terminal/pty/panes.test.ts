import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileFits, ptyRig, type Rig } from '../fixtures/rigs';

let rig: Rig;
beforeEach(async () => {
  rig = await ptyRig();
});
afterEach(() => rig.dispose());

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

it('ends every program when it is stopped, and leaks nothing', async () => {
  const terminals = (): number => process.getActiveResourcesInfo().filter((r) => r === 'TTYWrap').length;
  const before = terminals();
  const pids = [(await rig.launch('s1')).pid, (await rig.launch('s2')).pid];
  const stubborn = ['/bin/sh', '-c', "trap '' HUP TERM; echo up; while :; do sleep 1; done"];
  pids.push((await rig.panes.open(rig.request('s3', { argv: stubborn }))).pid);
  await rig.shows('s3', (rows) => rows[0] === 'up');
  expect(terminals()).toBe(before + 3);
  await rig.panes.stop();
  expect(pids.filter(alive)).toEqual([]);
  // libuv lets go of closed handles at the end of a turn of its loop.
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(terminals()).toBe(before);
});

it('answers the queries that a program sends its terminal', async () => {
  const file = join(rig.directory, 'answer');
  const ask = `stty raw -echo; printf '\\033[3;7H\\033[6n'; dd bs=1 count=6 of=${file} 2>/dev/null; exit 0`;
  await rig.panes.open(rig.request('s1', { argv: ['/bin/sh', '-c', ask] }));
  await rig.event((e) => e.type === 'died');
  expect(readFileSync(file, 'latin1')).toBe('\u001b[3;7R');
});

it('sends the arrow keys and pastes that the program asked for', async () => {
  const file = join(rig.directory, 'keys');
  const script = `stty raw -echo; printf '\\033[?1hready'; dd bs=1 count=6 of=${file} 2>/dev/null; printf taken; exec cat`;
  await rig.panes.open(rig.request('s1', { argv: ['/bin/sh', '-c', script] }));
  await rig.shows('s1', (rows) => rows[0] === 'ready');
  await rig.panes.type('s1', [
    { kind: 'key', key: 'Up' },
    { kind: 'paste', text: 'a\nb' },
  ]);
  await rig.shows('s1', (rows) => rows[0] === 'readytaken');
  expect(readFileSync(file, 'latin1')).toBe('\u001bOAa\nb');
});

it('fails typing that a program cannot read because it ended', async () => {
  const argv = ['/bin/sh', '-c', 'stty raw -echo; echo ready; sleep 0.3; exit 5'];
  await rig.panes.open(rig.request('s1', { argv }));
  await rig.shows('s1', (rows) => rows[0] === 'ready');
  const typing = rig.panes.type('s1', [{ kind: 'text', text: 'x'.repeat(200_000) }]);
  await expect(typing).rejects.toMatchObject({ reason: 'server-down' });
  expect(await rig.event((e) => e.type === 'died')).toMatchObject({ exitStatus: 5 });
});

it('ends its programs when the worker is killed', async () => {
  const register = createRequire(__filename).resolve('esbuild-register');
  const ended = join(rig.directory, 'ended');
  const worker = spawn(process.execPath, [
    '-r',
    register,
    join(__dirname, '../fixtures/pty-holder.ts'),
    `trap 'echo hup > ${ended}; exit' HUP; while :; do sleep 0.05; done`,
  ]);
  await new Promise((resolve) => worker.stdout.once('data', resolve));
  worker.kill('SIGKILL');
  await fileFits(rig.directory, () => existsSync(ended), () => 'the program is still there'); // oxfmt-ignore
});
