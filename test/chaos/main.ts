import { parseArgs } from 'node:util';
import { quantile } from '../bench/stats';
import { createChance, type Chance } from './chance';
import { FAULTS, type ChaosFault } from './faults';
import { delay, startWorld } from './world';

/** How long after a fault the next one may come, ms. */
const BETWEEN_MS = [200, 1_500] as const;

/** How often a person writes meanwhile, ms. */
const WRITE_MS = 400;

function choose(chance: Chance, only: string | undefined): ChaosFault {
  const all = FAULTS.filter(({ name }) => only === undefined || name.includes(only));
  let at = chance.next() * all.reduce((sum, { weight }) => sum + weight, 0);
  return all.find(({ weight }) => (at -= weight) < 0) ?? chance.pick(all);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
      faults: { type: 'string', default: '30' },
      only: { type: 'string' },
      verbose: { type: 'boolean', default: false },
    },
  });
  const count = Number(values.faults);
  const chance = createChance(Number(values.seed));
  console.log(`chaos: seed ${values.seed}, ${count} faults`);
  const world = await startWorld((text) => values.verbose && console.log(text));
  const times = new Map<string, number[]>();
  const writer = setInterval(() => world.say(), WRITE_MS);
  const before = world.descriptors();
  const firstSupervisor = world.pids('supervisor')[0];
  try {
    for (let i = 1; i <= count; i++) {
      await delay(chance.between(...BETWEEN_MS));
      const fault = choose(chance, values.only);
      const old = fault.replaces ? world.pids('worker')[0] : undefined;
      const since = await fault.strike(world, chance);
      const at = await world.pollAfter(since, fault.limitMs, old);
      if (at === null) {
        world.violations.push(`no poll within ${fault.limitMs} ms after: ${fault.name}`);
        console.log(`${i}. ${fault.name}: NOT POLLING AGAIN`);
        break;
      }
      times.set(fault.name, [...(times.get(fault.name) ?? []), at - since]);
      console.log(`${i}. ${fault.name}: polling after ${Math.round(at - since)} ms`);
    }
  } finally {
    clearInterval(writer);
  }
  const account = await world.account();
  const sameSupervisor = world.pids('supervisor')[0] === firstSupervisor;
  const leaked = sameSupervisor ? world.descriptors() - before : 0;
  if (account.lost.length > 0 || account.twice.length > 0) console.log(`kept: ${world.keep()}`);
  const left = await world.close();

  console.log('\ntime to polling again, ms: p50, p99 (times)');
  for (const [name, all] of [...times].sort()) {
    console.log(
      `  ${name}: ${Math.round(quantile(all, 0.5))}, ${Math.round(quantile(all, 0.99))} (${all.length})`,
    );
  }
  console.log(`messages written ${account.written}, asked about ${account.asked}`);
  const checks: [string, readonly string[] | number][] = [
    ['two pollers alive at once, and other violations', world.violations],
    ['messages lost', account.lost],
    ['messages handled twice', account.twice],
    ['descriptors leaked by the supervisor', Math.max(0, leaked)],
    ['processes left', left.processes],
    ['sockets left', left.sockets],
  ];
  let bad = 0;
  for (const [what, found] of checks) {
    const amount = typeof found === 'number' ? found : found.length;
    bad += amount;
    console.log(
      `${what}: ${amount}${typeof found === 'number' || amount === 0 ? '' : ` (${found.slice(0, 5).join('; ')})`}`,
    );
  }
  console.log(bad === 0 ? 'all held' : `NOT ALL HELD; replay with --seed ${values.seed} --faults ${count}`);
  return bad === 0 ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
