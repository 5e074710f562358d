import { command, number } from '../options';
import { createChance, type Chance } from './chance';
import { delay, until } from './clock';
import { deal } from './faults/deck';
import type { ChaosFault } from './faults/fault';
import { report, type Check } from './report';
import { startWorld, type World } from './world';

/** Pause between faults, ms. */
const BETWEEN_MS = [200, 1_500] as const;

/** Interval between messages of the user, ms. */
const WRITE_MS = 400;

/** More polls than this per second are a storm: an idle loop makes none, and each message causes one or two. */
const STORM_POLLS = 100;

interface Options {
  seed?: number;
  faults: number;
  only?: string;
  verbose?: true;
}

function readOptions(): Options {
  return command(
    'chaos',
    'Runs a real supervisor and worker under random faults; exits with 1 on a violation.',
  )
    .option('--seed <n>', 'replay the faults of this seed (default: random)', number(0))
    .option('--faults <n>', 'number of faults', number(1), 30)
    .option('--only <name>', 'only faults with this text in their name')
    .option('--verbose', 'show what the programs print')
    .addHelpText(
      'after',
      '\n`npm run chaos -- messages --help`: numbered messages while the worker is killed.',
    )
    .parse()
    .opts<Options>();
}

async function main(): Promise<number> {
  const { seed = Math.floor(Math.random() * 2 ** 32), faults: count, only, verbose } = readOptions();
  const chance = createChance(seed);
  const faults = deal(chance, count, only);
  console.log(`chaos: seed ${seed}, ${count} faults`);
  const world = await startWorld((text) => verbose && console.log(text));
  if (world.disk === null) console.log('no full disk: this user may not mount a small one');
  const writer = setInterval(() => world.say(), WRITE_MS);
  const before = await settled(world);
  const times = await applyAll(world, faults, chance).finally(() => clearInterval(writer));
  const account = await world.account();
  const after = await settled(world, before);
  const lockedByOthers = world.lockedByOthers();
  const storms = stormsOf(world);
  const hasFailed = account.lost.length + account.repeated.length + world.violations.length > 0;
  if (hasFailed) console.log(`files kept in ${world.keep()}`);
  const left = await world.close();
  const checks: Check[] = [
    ['two pollers alive at once, by /proc', world.twoWorkers],
    ['two pollers alive at once, by overlapping polls', world.polls.overlaps],
    ['messages lost', account.lost],
    ['messages handled twice', account.repeated],
    ['descriptors leaked by the supervisor', leaked(after.supervisor, before.supervisor)],
    ['descriptors leaked by the worker', leaked(after.worker, before.worker)],
    ['locks held by other processes', lockedByOthers],
    ['processes left', left.processes],
    ['sockets left', left.sockets],
    ['locks left', left.locks],
    ['storms of polls', storms],
    ['other violations', world.violations],
  ];
  console.log(`\nmessages sent ${account.sent}, asked about ${account.asked}`);
  return report(times, checks, `--seed ${seed} --faults ${count}`);
}

/** Applies the faults one after the other; stops at the first one without a poll in time. Returns recovery times by fault, ms. */
async function applyAll(
  world: World,
  faults: readonly ChaosFault[],
  chance: Chance,
): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>();
  for (const [i, fault] of faults.entries()) {
    await delay(chance.between(...BETWEEN_MS));
    if (fault.name.startsWith('disk full') && world.disk === null) continue;
    const ms = await apply(world, fault, chance);
    if (ms === null) {
      world.violations.push(`no poll within ${fault.limitMs} ms after: ${fault.name}`);
      console.log(`${i + 1}. ${fault.name}: NOT POLLING AGAIN`);
      break;
    }
    times.set(fault.name, [...(times.get(fault.name) ?? []), ms]);
    console.log(`${i + 1}. ${fault.name}: polling after ${Math.round(ms)} ms`);
  }
  return times;
}

/** Applies one fault. Resolves with the time until the next poll, ms; null when there is none in time. */
async function apply(world: World, fault: ChaosFault, chance: Chance): Promise<number | null> {
  const old = world.pids('worker')[0];
  const since = await fault.apply(world, chance);
  const pollAt = await world.polls.after(since, fault.limitMs, fault.replaces === true ? old : undefined);
  const [pid] = world.pids('worker');
  if (pollAt !== null && fault.replaces === false && pid !== old) {
    world.violations.push(`the worker was replaced after: ${fault.name}`);
  }
  return pollAt === null ? null : pollAt - since;
}

/** Time limit for closing descriptors, ms: an idle connection to Telegram stays open for 20 s. */
const SETTLE_MS = 30_000;

/** The idle descriptors of supervisor and worker. Waits until there are no more than in `baseline`, within a limit. */
async function settled(world: World, baseline?: ReturnType<World['descriptors']>) {
  await until(
    () => {
      if (baseline === undefined) return false;
      const { supervisor, worker } = world.descriptors();
      const leaks = [...leaked(supervisor, baseline.supervisor), ...leaked(worker, baseline.worker)];
      return leaks.length === 0 && worker.length > 0;
    },
    baseline === undefined ? 1_000 : SETTLE_MS,
  );
  return world.descriptors();
}

/** The descriptors that are new, by kind: the numbers of sockets and pipes do not matter. */
function leaked(after: readonly string[], before: readonly string[]): string[] {
  const kind = (link: string): string => link.replace(/:\[\d+\]$/, '').replace(/ \(deleted\)$/, '');
  // libuv opens one inotify with the first watched file, and never closes it.
  const left = [...before.map(kind), 'anon_inode:inotify'];
  return after.map(kind).filter((link) => {
    const index = left.indexOf(link);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

/** Seconds with too many polls. */
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
