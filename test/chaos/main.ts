import { command, number } from '../options';
import { createChance } from './chance';
import { delay, until } from './clock';
import { deal } from './faults/deck';
import type { ChaosFault } from './faults/fault';
import { report, type Check } from './report';
import { startWorld, type World } from './world';

/** How long after a fault the next one may come, ms. */
const BETWEEN_MS = [200, 1_500] as const;

/** How often a person writes meanwhile, ms. */
const WRITE_MS = 400;

/** More polls than this within a second are a storm: an idle loop needs none, and each message brings one or two. */
const STORM_POLLS = 100;

async function main(): Promise<number> {
  const values = command(
    'chaos',
    'A real supervisor and worker under random faults; exits 1 when a rule was broken.',
  )
    .option('--seed <n>', 'deals the same faults again (default: by chance)', number(0))
    .option('--faults <n>', 'how many', number(1), 30)
    .option('--only <name>', 'only faults of this name')
    .option('--verbose', 'tell what the programs print')
    .addHelpText(
      'after',
      '\n`npm run chaos -- messages --help`: numbered messages while the worker is killed.',
    )
    .parse()
    .opts<{ seed?: number; faults: number; only?: string; verbose?: true }>();
  const { seed = Math.floor(Math.random() * 2 ** 32), faults: count } = values;
  const chance = createChance(seed);
  const faults = deal(chance, count, values.only);
  console.log(`chaos: seed ${seed}, ${count} faults`);
  const world = await startWorld((text) => values.verbose && console.log(text));
  if (world.disk === null) console.log('the disk does not run full: this user may not mount a small one');
  const times = new Map<string, number[]>();
  const writer = setInterval(() => world.say(), WRITE_MS);
  const before = await settled(world);
  try {
    for (const [i, fault] of faults.entries()) {
      await delay(chance.between(...BETWEEN_MS));
      if (fault.name.startsWith('disk full') && world.disk === null) continue;
      const ms = await befall(world, fault, chance);
      if (ms === null) {
        world.violations.push(`no poll within ${fault.limitMs} ms after: ${fault.name}`);
        console.log(`${i + 1}. ${fault.name}: NOT POLLING AGAIN`);
        break;
      }
      times.set(fault.name, [...(times.get(fault.name) ?? []), ms]);
      console.log(`${i + 1}. ${fault.name}: polling after ${Math.round(ms)} ms`);
    }
  } finally {
    clearInterval(writer);
  }
  const account = await world.account();
  const after = await settled(world, before);
  const lockedByOthers = world.lockedByOthers();
  const storms = stormsOf(world);
  const good = account.lost.length + account.twice.length + world.violations.length === 0;
  if (!good) console.log(`kept: ${world.keep()}`);
  const left = await world.close();
  const checks: Check[] = [
    ['two pollers alive at once, by /proc', world.twoWorkers],
    ['two pollers alive at once, by overlapping polls', world.polls.overlaps],
    ['messages lost', account.lost],
    ['messages handled twice', account.twice],
    ['descriptors leaked by the supervisor', more(after.supervisor, before.supervisor)],
    ['descriptors leaked by the worker', more(after.worker, before.worker)],
    ['locks held by other processes', lockedByOthers],
    ['processes left', left.processes],
    ['sockets left', left.sockets],
    ['locks left', left.locks],
    ['storms of polls', storms],
    ['other violations', world.violations],
  ];
  console.log(`\nmessages written ${account.written}, asked about ${account.asked}`);
  return report(times, checks, `--seed ${seed} --faults ${count}`);
}

/** Lets one fault happen; how long until a poll, ms, or null when none came in time. */
async function befall(
  world: World,
  fault: ChaosFault,
  chance: ReturnType<typeof createChance>,
): Promise<number | null> {
  const old = world.pids('worker')[0];
  const since = await fault.strike(world, chance);
  const at = await world.polls.after(since, fault.limitMs, fault.replaces === true ? old : undefined);
  const [pid] = world.pids('worker');
  if (at !== null && fault.replaces === false && pid !== old) {
    world.violations.push(`the worker was replaced after: ${fault.name}`);
  }
  return at === null ? null : at - since;
}

/** How long descriptors may take to be closed, ms: an idle connection to Telegram is kept for 20 s. */
const SETTLE_MS = 30_000;

/** What supervisor and worker have open when nothing happens; no more than `most`, when there is time for that. */
async function settled(world: World, most?: ReturnType<World['descriptors']>) {
  await until(
    () => {
      if (most === undefined) return false;
      const found = world.descriptors();
      return (
        more(found.supervisor, most.supervisor).length + more(found.worker, most.worker).length === 0 &&
        found.worker.length > 0
      );
    },
    most === undefined ? 1_000 : SETTLE_MS,
  );
  return world.descriptors();
}

/** What there is more of than before, by kind; numbers of sockets and pipes do not count. */
function more(after: readonly string[], before: readonly string[]): string[] {
  const kind = (link: string): string => link.replace(/:\[\d+\]$/, '').replace(/ \(deleted\)$/, '');
  // libuv keeps one inotify for its whole life, from the first file that is watched on.
  const left = [...before.map(kind), 'anon_inode:inotify'];
  return after.map(kind).filter((link) => {
    const at = left.indexOf(link);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** Moments in which the worker asked again and again for the same. */
function stormsOf({ polls }: World): string[] {
  const seconds = new Map<number, number>();
  for (const { at } of polls.all) {
    const second = Math.floor(at / 1_000);
    seconds.set(second, (seconds.get(second) ?? 0) + 1);
  }
  return [...seconds].flatMap(([second, n]) => (n > STORM_POLLS ? [`${n} polls in second ${second}`] : []));
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
