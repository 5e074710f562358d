import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figure } from '../figure';
import { readingAgent, type ReadingAgent } from '../latency-in';
import { quantile } from '../stats';
import { delay } from '../world';
import { prepareCluster, type BenchCluster, type BenchMachine } from './machines';

/** The time to live of a lease, and what a take-over may add, ms. */
const KILL_TARGET_MS = 11_000;
const STOP_TARGET_MS = 500;
/** What a message to another machine may take more, ms. */
const REMOTE_TARGET_MS = 5;

/** After the start of a machine, ms. */
const REST_MS = 2_000;

/** Time for what a switch changes on every machine, ms. */
const SWITCH_MS = 700;

/** Two machines: the way of a message to the other one, and how soon that one polls. */
export async function twoMachines(quick: boolean): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ccbot-bench-remote-'));
  const agent = await readingAgent(join(folder, 'reads.sock'));
  const cluster = await prepareCluster({ machines: 2, sessions: 1, agent: agent.command });
  try {
    const [poller, other] = cluster.machines as [BenchMachine, BenchMachine];
    await poller.start();
    await cluster.pollOf(poller, 0);
    await other.start();
    await delay(REST_MS);
    return [
      ...(await messages(cluster, agent, quick ? 10 : 50)),
      ...(await takeOvers(cluster, poller, other, quick ? 2 : 8)),
    ];
  } finally {
    await cluster.close();
    agent.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Messages to the session of the machine that polls and to that of the other one, in turns. */
async function messages(cluster: BenchCluster, agent: ReadingAgent, pairs: number): Promise<Figure[]> {
  const { owner } = cluster.telegram;
  const times = cluster.machines.map((): number[] => []);
  for (let i = 0; i < pairs; i++) {
    for (const [k, { world }] of cluster.machines.entries()) {
      owner.say(`/switch ${world.sessions[0]?.name ?? ''}`);
      await delay(SWITCH_MS);
      const marker = `words number ${i} of ${k} end`;
      const sentNs = process.hrtime.bigint();
      owner.say(marker);
      times[k]?.push(Number((await agent.arrival(marker)) - sentNs) / 1e6);
    }
  }
  const [local = [], remote = []] = times;
  const note = `${pairs} pairs, one after the other, both by way of the cluster`;
  return [
    {
      what: 'cluster: update → pane on another machine, above the one that polls, p50 of pairs',
      unit: 'ms',
      value: quantile(
        remote.map((ms, i) => ms - (local[i] ?? 0)),
        0.5,
      ),
      target: REMOTE_TARGET_MS,
      note,
    },
    {
      what: 'cluster: update → pane on the machine that polls, p50',
      unit: 'ms',
      value: quantile(local, 0.5),
      note: '',
    },
    {
      what: 'cluster: update → pane on another machine, p50',
      unit: 'ms',
      value: quantile(remote, 0.5),
      note: '',
    },
  ];
}

/** The machine that polls is killed, or stopped, in turns; then it comes back as the other one. */
async function takeOvers(
  cluster: BenchCluster,
  first: BenchMachine,
  second: BenchMachine,
  rounds: number,
): Promise<Figure[]> {
  const times = { kill: [] as number[], stop: [] as number[] };
  let [poller, other] = [first, second];
  for (let i = 0; i < rounds; i++) {
    for (const how of ['kill', 'stop'] as const) {
      const since = performance.now();
      const ending = how === 'kill' ? poller.kill() : poller.stop();
      times[how].push((await cluster.pollOf(other, since)) - since);
      await ending;
      await poller.start();
      [poller, other] = [other, poller];
    }
  }
  const figures = (name: string, ms: number[], target: number): Figure[] => [
    {
      what: `cluster: ${name} → another polls, p50`,
      unit: 'ms',
      value: quantile(ms, 0.5),
      target,
      note: `${ms.length} times`,
    },
    {
      what: `cluster: ${name} → another polls, p99`,
      unit: 'ms',
      value: quantile(ms, 0.99),
      target,
      note: '',
    },
  ];
  return [
    ...figures('the one that polls is killed', times.kill, KILL_TARGET_MS),
    ...figures('the one that polls is stopped', times.stop, STOP_TARGET_MS),
  ];
}
