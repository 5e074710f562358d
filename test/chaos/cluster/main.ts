import { quantile } from '../../bench/stats';
import { command, number } from '../../options';
import { createChance, type Chance } from '../chance';
import { delay } from '../clock';
import { dealFrom } from '../deal';
import { accountFor, type ClusterAccount } from './account';
import { CLUSTER_FAULTS, type ClusterFault } from './faults';
import { isolated, isolation, type Isolation } from './isolation';
import type { ClusterSession } from './machine';
import { hasJoined, HOSTS, startStage, type Stage } from './stage';
import { answersIn, createTraffic, timeOf, type Traffic } from './traffic';

/** Pause between faults, ms. */
const BETWEEN_MS = [200, 2_500] as const;

/** Somebody must poll this long after a fault, ms: the lease, a restart, and a retry that has just begun. */
const POLL_LIMIT_MS = 45_000;

/** A message of a pair that takes longer is left out, ms. */
const PAIR_LIMIT_MS = 15_000;

/** Time for what a switch changes on every machine, ms. */
const SWITCH_MS = 400;

interface Options {
  seed?: number;
  faults: number;
  machines: number;
  pairs: number;
  pause: number;
  only?: string;
  json: boolean;
  verbose?: true;
}

function readOptions(): Options {
  return command(
    'chaos',
    'Runs several machines with one bot under random faults; exits with 1 on a violation.',
  )
    .argument('[cluster]', 'this run')
    .option('--seed <n>', 'replay the faults of this seed (default: random)', number(0))
    .option('--faults <n>', 'number of faults', number(0), 25)
    .option('--machines <n>', `number of machines, up to ${HOSTS.length}`, number(2), 3)
    .option(
      '--pairs <n>',
      'number of pairs of messages that are measured before the first fault',
      number(0),
      25,
    )
    .option('--pause <factor>', 'how many times as long the owner waits between two actions', number(1), 1)
    .option('--only <name>', 'only faults with this text in their name')
    .option('--json', 'print JSON', false)
    .option('--verbose', 'show the timeline of faults even if all goes well')
    .parse()
    .opts<Options>();
}

interface Run {
  readonly options: Options & { seed: number };
  readonly stage: Stage;
  readonly traffic: Traffic;
  readonly takeOvers: Record<'kill' | 'stop', number[]>;
  /** Time from a fault's end until somebody polls, by its name, ms. */
  readonly recoveries: Map<string, number[]>;
  log(text: string): void;
}

/** How long messages took to an agent, in pairs, ms. */
interface Latency {
  local: number[];
  remote: number[];
}

async function main(): Promise<number> {
  const options = readOptions();
  const outer = await isolated();
  if (outer !== null) return outer;
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 32);
  const log = (text: string): void => (options.json ? console.error : console.log)(text);
  const how = isolation();
  const faults = chooseFaults(options, createChance(seed));
  log(`chaos of the cluster: seed ${seed}, ${faults.length} faults, ${options.machines} machines`);
  log(placeOf(how));
  const stage = await startStage(Math.min(options.machines, HOSTS.length), how);
  if (typeof stage.serverClock === 'string') log(`no clock steps of nats-server: ${stage.serverClock}`);
  if (stage.disk === null) log('no full disk: this user may not mount a small one');
  const traffic = createTraffic(stage);
  const run: Run = {
    options: { ...options, seed },
    stage,
    traffic,
    takeOvers: { kill: [], stop: [] },
    recoveries: new Map(),
    log,
  };
  try {
    const latency = await measurePairs(run);
    traffic.begin(createChance(seed + 1), options.pause);
    await applyAll(run, faults, createChance(seed + 2));
    await heal(run);
    const account = await accountFor(stage, traffic);
    stage.note('everything has arrived, or nothing does any more');
    return report(run, latency, account);
  } finally {
    traffic.stop();
    await stage.close();
  }
}

function placeOf({ namespaces, time }: Isolation): string {
  if (!namespaces)
    return 'namespaces are not allowed here: the machines share the loopback address, and relays cut their ways';
  return [
    'each machine has its own mount, pid and network namespace',
    time ? 'its own monotonic clock' : 'no time namespace, so all have one monotonic clock',
    'wall clocks are stepped inside ccbot and nats-server',
  ].join('; ');
}

function chooseFaults({ only, faults }: Options, chance: Chance): ClusterFault[] {
  const chosen = CLUSTER_FAULTS.filter(({ name }) => only === undefined || name.includes(only));
  if (chosen.length === 0) throw new Error(`no fault has a name with “${only ?? ''}”`);
  return dealFrom(chosen, chance, faults);
}

/** Messages to a session of the machine that polls, and to one of another machine, in turns. */
async function measurePairs({ options, stage, traffic, log }: Run): Promise<Latency> {
  const latency: Latency = { local: [], remote: [] };
  // A reply needs something to reply to.
  for (const session of stage.sessions) {
    stage.telegram.owner.say(`/switch ${session.name}`);
    const n = traffic.say();
    await stage.telegram.waitFor(() =>
      stage.telegram.owner.fromBot().some(({ text }) => answersIn(text).includes(n)),
    );
  }
  const poller = stage.poller();
  const local = stage.sessions.findLast(({ host }) => host === poller.host);
  const remote = stage.sessions.findLast(({ host }) => host !== poller.host);
  if (local === undefined || remote === undefined) return latency;
  for (let i = 0; i < options.pairs; i++) {
    const [here, there] = [await timeTo(stage, traffic, local), await timeTo(stage, traffic, remote)];
    if (here === null || there === null) {
      log(`pair ${i + 1}: a message did not arrive in time`);
      continue;
    }
    latency.local.push(here);
    latency.remote.push(there);
  }
  return latency;
}

/** Switches to a session, and resolves with the time until its agent has the next message, ms; null: it did not come. */
async function timeTo(stage: Stage, traffic: Traffic, session: ClusterSession): Promise<number | null> {
  stage.telegram.owner.say(`/switch ${session.name}`);
  await delay(SWITCH_MS);
  return timeOf(traffic, session, PAIR_LIMIT_MS);
}

/** Applies the faults one after the other; stops at the first one without a poll in time. */
async function applyAll(run: Run, faults: readonly ClusterFault[], chance: Chance): Promise<void> {
  const { stage, recoveries, takeOvers, log } = run;
  for (const [i, fault] of faults.entries()) {
    await delay(chance.between(...BETWEEN_MS));
    if (fault.needs === 'disk' && stage.disk === null) continue;
    if (fault.needs === 'server clock' && typeof stage.serverClock === 'string') continue;
    stage.note(`${fault.name} begins; ${stage.poller().host} polls`);
    const { since, takeOver } = await fault.apply(stage, chance);
    const poll = await stage.polls.after(since, POLL_LIMIT_MS, takeOver?.from);
    if (poll === null) {
      stage.violations.push(`nobody polled within ${POLL_LIMIT_MS} ms after: ${fault.name}`);
      log(`${i + 1}. ${fault.name}: NOBODY POLLS`);
      return;
    }
    const ms = poll.at - since;
    if (takeOver === undefined) recoveries.set(fault.name, [...(recoveries.get(fault.name) ?? []), ms]);
    else takeOvers[takeOver.kind].push(ms);
    stage.note(`${fault.name}: ${poll.host} polls after ${Math.round(ms)} ms`);
    log(`${i + 1}. ${fault.name}: ${poll.host} polls after ${Math.round(ms)} ms`);
  }
}

/** Lets everything come back, and waits until every machine takes part. */
async function heal({ stage, traffic, log }: Run): Promise<void> {
  stage.note('healing');
  traffic.pause();
  if (typeof stage.serverClock !== 'string') stage.serverClock.set(0);
  stage.journals.look();
  for (const machine of stage.machines) {
    machine.setClock(0);
    for (const link of Object.values(machine.links)) link.heal();
    stage.keepUp(machine);
  }
  for (const machine of stage.machines)
    await hasJoined(machine).catch((error: unknown) => stage.violations.push(String(error)));
  // One message to each session, by way of whoever polls now.
  for (const session of stage.sessions) traffic.say(session);
  stage.note('healed; waiting for what is on its way');
  log('healed; waiting for what is on its way');
}

function report(run: Run, latency: Latency, account: ClusterAccount): number {
  const { stage, traffic, takeOvers, options, log } = run;
  const commands = traffic.commands.account();
  const requests = traffic.requests.account();
  const arrows = traffic.arrows.account();
  const checks: Record<string, readonly string[]> = {
    'two pollers at once': stage.polls.overlaps,
    'epochs used twice': sharedEpochs(stage),
    'updates lost': account.updates.lost,
    'updates handled by two machines': account.updates.repeated,
    'messages lost': account.lost,
    'messages typed twice': account.repeated,
    'messages out of order': account.reordered,
    'answers lost': account.lostAnswers,
    'answers sent twice': account.repeatedAnswers,
    'commands without an answer': commands.lost,
    'commands answered twice': commands.repeated,
    'taps without an answer': account.taps.lost,
    'taps answered twice': account.taps.repeated,
    'requests never decided': requests.lost,
    'requests decided twice': requests.repeated,
    'requests decided wrongly': requests.wrong,
    'keys neither pressed nor refused': arrows.lost,
    'keys pressed twice': arrows.pressedTwice,
    'other violations': stage.violations,
  };
  const violations = Object.values(checks).flat().length;
  const figures = {
    'take-over after a kill': summary(takeOvers.kill),
    'take-over after a clean stop': summary(takeOvers.stop),
    'recovery after any other fault': summary([...run.recoveries.values()].flat()),
    'message → pane, local': summary(latency.local),
    'message → pane, remote': summary(latency.remote),
    'remote minus local, in pairs': summary(latency.remote.map((ms, i) => ms - (latency.local[i] ?? 0))),
  };
  const counts = {
    updates: account.updates.count,
    messages: traffic.sent.length,
    commands: traffic.commands.count,
    taps: account.taps.count,
    tapsNotAnswered: account.taps.missed,
    requests: traffic.requests.count,
    keys: traffic.arrows.count,
    keysRefused: arrows.refused,
    askedAbout: account.asked,
    kept: account.kept,
    repliesElsewhere: account.elsewhere,
    polls: stage.polls.all.length,
    conflicts: stage.telegram.overlaps(),
  };
  if (options.json) {
    const { seed } = options;
    const { timeline } = stage;
    console.log(JSON.stringify({ seed, isolation: isolation(), counts, figures, checks, timeline }, null, 2));
  }
  log(
    `\n${Object.entries(counts)
      .map(([name, n]) => `${name} ${n}`)
      .join(', ')}`,
  );
  log('ms: p50, p99 (count)');
  for (const [name, { p50, p99, count }] of Object.entries(figures))
    log(`  ${name}: ${p50}, ${p99} (${count})`);
  for (const [kind, found] of Object.entries(checks))
    log(`${kind}: ${found.length}${found.length === 0 ? '' : ` (${found.slice(0, 5).join('; ')})`}`);
  if (violations > 0 || options.verbose === true)
    for (const { at, what } of stage.timeline) log(`${String(at).padStart(8)} ms  ${what}`);
  if (violations > 0) {
    log(`files kept in ${stage.keep()}`);
    log(
      `VIOLATIONS; replay with cluster --seed ${options.seed} --faults ${options.faults} --machines ${options.machines}`,
    );
  } else log('no violations');
  return violations === 0 ? 0 : 1;
}

/** Epochs with which two runs of a worker polled. */
function sharedEpochs({ machines }: Stage): string[] {
  const seen = new Map<string, string>();
  return machines.flatMap(({ host, log }) =>
    [...log().matchAll(/"this machine polls".*?"epoch":(\d+)/g)].flatMap(([, epoch = '']) => {
      const before = seen.get(epoch);
      seen.set(epoch, host);
      return before === undefined || before === host ? [] : [`${epoch}: ${before} and ${host}`];
    }),
  );
}

interface Summary {
  p50: number;
  p99: number;
  count: number;
}

function summary(ms: readonly number[]): Summary {
  const of = (q: number): number => (ms.length === 0 ? NaN : Math.round(quantile(ms, q) * 10) / 10);
  return { p50: of(0.5), p99: of(0.99), count: ms.length };
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
