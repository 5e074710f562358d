import { rmSync } from 'node:fs';
import { delay, now, until } from '../clock';
import { parentOf } from '../watch';
import type { World } from '../world';
import { hit, supervisor, worker, type ChaosFault } from './fault';

const fault = (
  name: string,
  replaces: ChaosFault['replaces'],
  strike: ChaosFault['strike'],
  weight = 1,
): ChaosFault => ({ name, weight, limitMs: 20_000, replaces, strike });

/** What befalls the supervisor, and starts beside it. */
export const SUPERVISOR_FAULTS: readonly ChaosFault[] = [
  fault(
    'SIGKILL of the supervisor, one stands by',
    true,
    async (world) => {
      const standby = await standingBy(world);
      const at = hit(supervisorOtherThan(world, [standby]), 'SIGKILL');
      return at;
    },
    2,
  ),
  fault('SIGKILL of the supervisor, started again', true, async (world) => {
    const pid = supervisor(world);
    hit(pid, 'SIGKILL');
    await until(() => supervisor(world) === 0, 5_000);
    const at = now();
    world.supervise('--standby');
    return at;
  }),
  fault('SIGKILL of the supervisor, then three starts in the same millisecond', true, async (world) => {
    hit(supervisor(world), 'SIGKILL');
    await until(() => supervisor(world) === 0 && worker(world) === 0, 5_000);
    const at = now();
    const ends: (number | string)[] = [];
    for (let i = 0; i < 3; i++) void world.supervise().end.then((code) => ends.push(code));
    if (!(await until(() => ends.length === 2, 15_000)) || ends.some((code) => code !== 1)) {
      world.violations.push(`of three starts ${3 - ends.length} run, the others ended with ${ends.join()}`);
    }
    return at;
  }),
  fault('SIGSTOP, then SIGKILL of the supervisor, two stand by', true, async (world, chance) => {
    const pid = supervisor(world);
    const old = worker(world);
    hit(pid, 'SIGSTOP');
    await standingBy(world);
    await standingBy(world);
    await delay(chance.between(0, 500));
    const at = hit(pid, 'SIGKILL');
    await world.polls.after(at, 20_000, old);
    // Whichever of the two still waits goes, so that the next fault finds one supervisor.
    const holder = parentOf(worker(world));
    for (const one of world.pids('supervisor').filter((p) => p !== holder)) hit(one, 'SIGKILL');
    return at;
  }),
  fault('SIGSTOP of the supervisor for a while', false, async (world, chance) => {
    const pid = supervisor(world);
    hit(pid, 'SIGSTOP');
    await delay(chance.between(500, 4_000));
    const at = hit(pid, 'SIGCONT');
    world.say();
    return at;
  }),
  fault('SIGKILL of the supervisor in the middle of a restart', 'either', async (world, chance) => {
    const pid = supervisor(world);
    hit(pid, 'SIGHUP');
    await delay(chance.between(0, 700));
    const at = hit(pid, 'SIGKILL');
    world.supervise('--standby');
    return at;
  }),
  fault('two more starts in the same millisecond', false, async (world) => {
    const ends = await Promise.all([world.supervise().end, world.supervise().end]);
    for (const code of ends)
      if (code !== 1) world.violations.push(`a second start ended with ${code}, not 1`);
    const at = now();
    world.say();
    return at;
  }),
  fault('lock file deleted, another start', true, (world) => unlocked(world, world.lockFiles.slice(0, 1))),
  fault('both lock files deleted, another start', true, (world) => unlocked(world, world.lockFiles)),
  fault('stopped, then started', true, async (world) => {
    if ((await world.run('stop')) !== 0) world.violations.push('a stop did not succeed');
    const at = now();
    world.supervise();
    return at;
  }),
];

/** Deletes lock files under the one that holds them, and tries to start another one; when that was. */
async function unlocked(world: World, files: readonly string[]): Promise<number> {
  const at = now();
  for (const file of files) rmSync(file, { force: true });
  const code = await world.supervise().end;
  if (code !== 1) world.violations.push(`a start beside a deleted lock file ended with ${code}, not 1`);
  return at;
}

/** Starts one more supervisor and waits until it stands by. */
async function standingBy(world: World): Promise<number> {
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
