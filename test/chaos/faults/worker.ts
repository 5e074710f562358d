import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { now } from '../clock';
import type { Inside, World } from '../world';
import { signalProcess, worker, workerGone, type ChaosFault } from './fault';

const signalFault = (name: NodeJS.Signals, weight: number, limitMs = 15_000): ChaosFault => ({
  name: `${name} of the worker`,
  weight,
  limitMs,
  replaces: true,
  apply: (world) => Promise.resolve(signalProcess(worker(world), name)),
});

const insideFault = (name: string, fault: Inside, limitMs = 15_000): ChaosFault => ({
  name,
  weight: 1,
  limitMs,
  replaces: true,
  apply(world) {
    world.inside(worker(world), fault);
    return Promise.resolve(now());
  },
});

/** Changes the settings file, for a supervisor that waits for a change. */
export function changeSettings(world: World): void {
  writeFileSync(join(world.dir, '.env'), `# changed at ${now()}\n`, { mode: 0o600 });
}

/** For a worker that stops answering, ms: one that has not said yet that it is ready has 30 s, see `startLimitMs`. */
const SILENT_LIMIT_MS = 45_000;

export const WORKER_FAULTS: readonly ChaosFault[] = [
  signalFault('SIGKILL', 2),
  signalFault('SIGSEGV', 1),
  signalFault('SIGABRT', 1),
  signalFault('SIGTERM', 1),
  signalFault('SIGSTOP', 1, SILENT_LIMIT_MS),
  insideFault('blocked loop in the worker', { do: 'block' }, SILENT_LIMIT_MS),
  insideFault('memory hog in the worker', { do: 'hog', mb: 400 }),
  insideFault('heap of the worker full', { do: 'heap' }, 25_000),
  ...[0, 1, 2, 70, 75].map((code) => insideFault(`exit ${code} of the worker`, { do: 'exit', code })),
  {
    name: 'exit 78 of the worker, then the settings file changes',
    weight: 1,
    limitMs: 15_000,
    replaces: true,
    async apply(world) {
      world.inside(worker(world), { do: 'exit', code: 78 });
      await workerGone(world);
      const since = now();
      changeSettings(world);
      return since;
    },
  },
  {
    name: 'restart',
    weight: 1,
    limitMs: 15_000,
    replaces: true,
    async apply(world) {
      const since = now();
      if ((await world.run('restart')) !== 0) world.violations.push('a restart did not lead to a poll');
      return since;
    },
  },
];
