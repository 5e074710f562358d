import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chance } from './chance';
import { parentOf } from './watch';
import { delay, now, type World } from './world';

/** One way in which things go wrong. */
export interface ChaosFault {
  name: string;
  /** How often it is chosen beside the others. */
  weight: number;
  /** Lets it happen; the time from which on polling should come back, ms of the monotonic clock. */
  strike(world: World, chance: Chance): Promise<number>;
  /** Within which polling must be back, ms. */
  limitMs: number;
  /** Whether it is another worker that polls then. */
  replaces: boolean;
}

const worker = (world: World): number => world.pids('worker')[0] ?? 0;
const supervisor = (world: World): number => world.pids('supervisor')[0] ?? 0;

/** Sends a signal; a process that has just ended by itself is as good as hit. */
function hit(pid: number, signal: NodeJS.Signals): number {
  const at = now();
  if (pid > 0) {
    try {
      process.kill(pid, signal);
    } catch {
      // it ended a moment before
    }
  }
  return at;
}

const workerSignal = (signal: NodeJS.Signals, limitMs: number, weight = 2): ChaosFault => ({
  name: `${signal} of the worker`,
  weight,
  limitMs,
  replaces: true,
  strike: (world) => Promise.resolve(hit(worker(world), signal)),
});

const network = (
  name: string,
  kind: 'hang' | 'reset' | 'slow' | '5xx' | '429',
  limitMs: number,
): ChaosFault => ({
  name,
  weight: 1,
  limitMs,
  replaces: false,
  async strike(world, chance) {
    world.telegram.fault({ kind, delayMs: 800, retryAfter: 1 });
    await delay(chance.between(500, 3_000));
    world.telegram.clearFaults();
    // What hangs at the server stays so; a network that comes back has broken its connections.
    if (kind === 'hang') await world.telegram.refuse().then(world.telegram.resume);
    return now();
  },
});

/** Every fault, with the time in which polling must be back. */
export const FAULTS: readonly ChaosFault[] = [
  workerSignal('SIGKILL', 10_000, 3),
  workerSignal('SIGSEGV', 10_000),
  workerSignal('SIGABRT', 10_000),
  workerSignal('SIGTERM', 10_000),
  { ...workerSignal('SIGSTOP', 20_000, 1), name: 'SIGSTOP of the worker (blocked)' },
  {
    name: 'SIGKILL of the supervisor, started again',
    weight: 3,
    limitMs: 10_000,
    replaces: true,
    async strike(world) {
      const at = hit(supervisor(world), 'SIGKILL');
      world.supervise('--standby');
      return Promise.resolve(at);
    },
  },
  {
    name: 'SIGSTOP, then SIGKILL of the supervisor, with two that stand by',
    weight: 1,
    limitMs: 10_000,
    replaces: true,
    async strike(world) {
      const pid = supervisor(world);
      const old = worker(world);
      hit(pid, 'SIGSTOP');
      world.supervise('--standby');
      world.supervise('--standby');
      await delay(300);
      const at = hit(pid, 'SIGKILL');
      await world.pollAfter(at, 10_000, old);
      // Whichever of the two still waits goes, so that the next fault finds one supervisor.
      for (const one of world.pids('supervisor').filter((p) => p !== holderOf(world))) hit(one, 'SIGKILL');
      return at;
    },
  },
  {
    name: 'SIGSTOP of the supervisor for a while',
    weight: 1,
    limitMs: 10_000,
    replaces: false,
    async strike(world, chance) {
      const at = hit(supervisor(world), 'SIGSTOP');
      await delay(chance.between(500, 4_000));
      hit(supervisor(world), 'SIGCONT');
      world.say();
      return at;
    },
  },
  {
    name: 'two more starts in the same millisecond',
    weight: 2,
    limitMs: 10_000,
    replaces: false,
    async strike(world) {
      const ends = await Promise.all([world.supervise().end, world.supervise().end]);
      for (const code of ends)
        if (code !== 1) world.violations.push(`a second start ended with ${code}, not 1`);
      const at = now();
      world.say();
      return at;
    },
  },
  {
    name: 'lock file deleted, with another start',
    weight: 1,
    limitMs: 15_000,
    replaces: true,
    async strike(world) {
      const at = now();
      rmSync(join(world.dir, 'ccbot.lock'), { force: true });
      const code = await world.supervise().end;
      if (code !== 1) world.violations.push(`a start beside a deleted lock file ended with ${code}, not 1`);
      return at;
    },
  },
  {
    name: 'restart asked for',
    weight: 2,
    limitMs: 10_000,
    replaces: true,
    async strike(world) {
      const at = now();
      if ((await world.run('restart')) !== 0) world.violations.push('a restart did not come to polling');
      return at;
    },
  },
  {
    name: 'network refused',
    weight: 1,
    limitMs: 15_000,
    replaces: false,
    async strike(world, chance) {
      await world.telegram.refuse();
      await delay(chance.between(500, 3_000));
      await world.telegram.resume();
      return now();
    },
  },
  network('network hanging', 'hang', 30_000),
  network('network resetting', 'reset', 15_000),
  network('network slow', 'slow', 15_000),
  network('5xx', '5xx', 15_000),
  network('429', '429', 15_000),
  {
    name: '409 from elsewhere, then restart asked for',
    weight: 1,
    limitMs: 15_000,
    replaces: true,
    async strike(world) {
      world.telegram.fault({ kind: '409', method: 'getUpdates', times: 1 });
      world.say();
      await gone(world);
      const at = now();
      await world.run('restart');
      return at;
    },
  },
  {
    name: '401, then the settings file changes',
    weight: 1,
    limitMs: 15_000,
    replaces: true,
    async strike(world) {
      world.telegram.fault({ kind: '401', method: 'getUpdates', times: 1 });
      world.say();
      await gone(world);
      const at = now();
      writeFileSync(join(world.dir, '.env'), `# changed ${at}\n`, { mode: 0o600 });
      return at;
    },
  },
];

/** Resolves when no worker lives. */
async function gone(world: World): Promise<void> {
  for (const until = now() + 10_000; world.pids('worker').length > 0 && now() < until;) await delay(20);
}

function holderOf(world: World): number | null {
  const last = world.polls.at(-1)?.pid ?? null;
  return last === null ? null : parentOf(last);
}
