import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { now } from '../clock';
import type { Inside, World } from '../world';
import { hit, worker, workerGone, type ChaosFault } from './fault';

const signal = (name: NodeJS.Signals, weight: number, limitMs = 15_000): ChaosFault => ({
  name: `${name} of the worker`,
  weight,
  limitMs,
  replaces: true,
  strike: (world) => Promise.resolve(hit(worker(world), name)),
});

const inside = (name: string, what: Inside, limitMs = 15_000): ChaosFault => ({
  name,
  weight: 1,
  limitMs,
  replaces: true,
  strike(world) {
    world.inside(worker(world), what);
    return Promise.resolve(now());
  },
});

/** Another text in the settings file, so that somebody who waits for a change sees one. */
export function changeSettings(world: World): void {
  writeFileSync(join(world.dir, '.env'), `# changed at ${now()}\n`, { mode: 0o600 });
}

/** What ends, stops or fills the worker. */
export const WORKER_FAULTS: readonly ChaosFault[] = [
  signal('SIGKILL', 2),
  signal('SIGSEGV', 1),
  signal('SIGABRT', 1),
  signal('SIGTERM', 1),
  signal('SIGSTOP', 1, 25_000),
  inside('blocked loop in the worker', { do: 'block' }, 25_000),
  inside('memory hog in the worker', { do: 'hog', mb: 400 }),
  inside('heap of the worker full', { do: 'heap' }, 25_000),
  ...[0, 1, 2, 70, 75].map((code) => inside(`exit ${code} of the worker`, { do: 'exit', code })),
  {
    name: 'exit 78 of the worker, then the settings file changes',
    weight: 1,
    limitMs: 15_000,
    replaces: true,
    async strike(world) {
      world.inside(worker(world), { do: 'exit', code: 78 });
      await workerGone(world);
      const at = now();
      changeSettings(world);
      return at;
    },
  },
  {
    name: 'restart asked for',
    weight: 1,
    limitMs: 15_000,
    replaces: true,
    async strike(world) {
      const at = now();
      if ((await world.run('restart')) !== 0) world.violations.push('a restart did not come to polling');
      return at;
    },
  },
];
