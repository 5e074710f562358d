import { delay, now } from '../clock';
import { signalProcess, supervisor, worker, type ChaosFault } from './fault';

const HOUR_MS = 3_600_000;

export const MACHINE_FAULTS: readonly ChaosFault[] = [
  {
    name: 'disk full',
    weight: 1,
    limitMs: 30_000,
    replaces: false,
    async apply(world, chance) {
      world.disk?.fill();
      world.say();
      await delay(chance.between(1_500, 4_000));
      world.disk?.free();
      return now();
    },
  },
  {
    name: 'disk full, and SIGKILL of the worker',
    weight: 1,
    limitMs: 30_000,
    replaces: true,
    async apply(world, chance) {
      world.disk?.fill();
      world.say();
      await delay(chance.between(500, 1_500));
      signalProcess(worker(world), 'SIGKILL');
      await delay(chance.between(1_000, 2_000));
      world.disk?.free();
      return now();
    },
  },
  {
    name: 'the clock jumps',
    weight: 2,
    limitMs: 20_000,
    replaces: false,
    async apply(world, chance) {
      world.setClock(chance.pick([2 * HOUR_MS, -HOUR_MS, 72 * HOUR_MS, 0, -26 * HOUR_MS, 10 * 24 * HOUR_MS]));
      const since = now();
      for (const pid of [supervisor(world), worker(world)]) world.inside(pid, { do: 'clock' });
      world.say();
      await delay(chance.between(100, 1_000));
      return since;
    },
  },
];
