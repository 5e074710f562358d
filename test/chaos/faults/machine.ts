import { delay, now } from '../clock';
import { hit, supervisor, worker, type ChaosFault } from './fault';

const H = 3_600_000;

/** What befalls the machine. */
export const MACHINE_FAULTS: readonly ChaosFault[] = [
  {
    name: 'disk full',
    weight: 1,
    limitMs: 30_000,
    replaces: false,
    async strike(world, chance) {
      world.disk?.fill();
      world.say();
      await delay(chance.between(1_500, 4_000));
      world.disk?.free();
      return now();
    },
  },
  {
    name: 'disk full, SIGKILL of the worker meanwhile',
    weight: 1,
    limitMs: 30_000,
    replaces: true,
    async strike(world, chance) {
      world.disk?.fill();
      world.say();
      await delay(chance.between(500, 1_500));
      hit(worker(world), 'SIGKILL');
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
    async strike(world, chance) {
      world.setClock(chance.pick([2 * H, -H, 72 * H, 0, -26 * H, 10 * 24 * H]));
      const at = now();
      for (const pid of [supervisor(world), worker(world)]) world.inside(pid, { do: 'clock' });
      world.say();
      await delay(chance.between(100, 1_000));
      return at;
    },
  },
];
