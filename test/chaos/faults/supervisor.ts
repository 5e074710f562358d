import { rmSync } from 'node:fs';
import { delay, now, until } from '../clock';
import { parentOf } from '../watch';
import type { World } from '../world';
import { signalProcess, supervisor, worker, type ChaosFault } from './fault';

const fault = (
  name: string,
  replaces: ChaosFault['replaces'],
  apply: ChaosFault['apply'],
  weight = 1,
): ChaosFault => ({ name, weight, limitMs: 20_000, replaces, apply });

export const SUPERVISOR_FAULTS: readonly ChaosFault[] = [
  fault(
    'SIGKILL of the supervisor, with one on standby',
    true,
    async (world) => {
      const standby = await startStandby(world);
      return signalProcess(supervisorOtherThan(world, [standby]), 'SIGKILL');
    },
    2,
  ),
  fault('SIGKILL of the supervisor, started again', true, async (world) => {
    const pid = supervisor(world);
    signalProcess(pid, 'SIGKILL');
    await until(() => supervisor(world) === 0, 5_000);
    const since = now();
    world.supervise('--standby');
    return since;
  }),
  fault('SIGKILL of the supervisor, then three starts in the same millisecond', true, async (world) => {
    signalProcess(supervisor(world), 'SIGKILL');
    await until(() => supervisor(world) === 0 && worker(world) === 0, 5_000);
    const since = now();
    const ends: (number | string)[] = [];
    for (let i = 0; i < 3; i++) void world.supervise().end.then((code) => ends.push(code));
    if (!(await until(() => ends.length === 2, 15_000)) || ends.some((code) => code !== 1)) {
      world.violations.push(`${3 - ends.length} of three starts run, the others exited with ${ends.join()}`);
    }
    return since;
  }),
  fault('SIGSTOP, then SIGKILL of the supervisor, with two on standby', true, async (world, chance) => {
    const pid = supervisor(world);
    const old = worker(world);
    signalProcess(pid, 'SIGSTOP');
    await startStandby(world);
    await startStandby(world);
    await delay(chance.between(0, 500));
    const since = signalProcess(pid, 'SIGKILL');
    await world.polls.after(since, 20_000, old);
    // The standby that still waits is killed, so that the next fault finds one supervisor.
    const holder = parentOf(worker(world));
    for (const pid of world.pids('supervisor').filter((p) => p !== holder)) signalProcess(pid, 'SIGKILL');
    return since;
  }),
  fault('SIGSTOP of the supervisor for a while', false, async (world, chance) => {
    const pid = supervisor(world);
    signalProcess(pid, 'SIGSTOP');
    await delay(chance.between(500, 4_000));
    const since = signalProcess(pid, 'SIGCONT');
    world.say();
    return since;
  }),
  fault('SIGKILL of the supervisor in the middle of a restart', 'either', async (world, chance) => {
    const pid = supervisor(world);
    signalProcess(pid, 'SIGHUP');
    await delay(chance.between(0, 700));
    const since = signalProcess(pid, 'SIGKILL');
    world.supervise('--standby');
    return since;
  }),
  fault('two more starts in the same millisecond', false, async (world) => {
    const ends = await Promise.all([world.supervise().end, world.supervise().end]);
    for (const code of ends)
      if (code !== 1) world.violations.push(`a second start exited with ${code}, not 1`);
    const since = now();
    world.say();
    return since;
  }),
  fault('lock file deleted, another start', true, (world) => deleteLocks(world, world.lockFiles.slice(0, 1))),
  fault('all lock files deleted, another start', true, (world) => deleteLocks(world, world.lockFiles)),
  fault('stopped, then started', true, async (world) => {
    if ((await world.run('stop')) !== 0) world.violations.push('a stop did not succeed');
    const since = now();
    world.supervise();
    return since;
  }),
];

/** Deletes lock files while they are held, and tries to start another supervisor. Returns the time of the deletion. */
async function deleteLocks(world: World, files: readonly string[]): Promise<number> {
  const since = now();
  for (const file of files) rmSync(file, { force: true });
  const code = await world.supervise().end;
  if (code !== 1) world.violations.push(`a start with a deleted lock file exited with ${code}, not 1`);
  return since;
}

/** Starts another supervisor, and waits until it is on standby. Returns its pid. */
async function startStandby(world: World): Promise<number> {
  const { child } = world.supervise('--standby');
  await new Promise<void>((resolve) => {
    child.stderr?.once('data', () => resolve());
    child.once('close', () => resolve());
  });
  return child.pid ?? 0;
}

function supervisorOtherThan(world: World, pids: readonly number[]): number {
  return world.pids('supervisor').find((pid) => !pids.includes(pid)) ?? 0;
}
