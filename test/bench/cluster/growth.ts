import { join } from 'node:path';
import type { Figure } from '../figure';
import { root } from '../place';
import { rssOf, usageOf } from '../proc';
import { delay, type BenchSession } from '../world';
import { prepareCluster, type BenchCluster, type BenchMachine } from './machines';

const SESSIONS = 20;

/** Interval between two turns of a machine's agents, ms, and between two messages of the user. */
const TURN_MS = 2_000;
const MESSAGE_MS = 2_000;

/** A machine of a cluster may take this much of what one alone takes. */
const TOLERANCE = 1.2;

/** What one machine takes. */
interface Cost {
  /** Of supervisor and worker, percent of one core. */
  cpu: number;
  /** RSS of supervisor and worker, MB. */
  memory: number;
}

/** CPU and memory of each machine, by the number of machines, beside one without a cluster. */
export async function growthOfCluster(quick: boolean): Promise<Figure[]> {
  const sizes = quick ? [1, 5] : [1, 5, 20];
  const seconds = quick ? 15 : 40;
  const cluster = await prepareCluster({
    machines: Math.max(...sizes),
    sessions: SESSIONS,
    agent: join(root, 'test/bench/fixtures/recording-agent.sh'),
  });
  try {
    const [first] = cluster.machines as [BenchMachine];
    await first.start(true);
    const [alone] = await costs(cluster, [first], seconds);
    await first.stop();
    if (alone === undefined) throw new Error('nothing was measured');
    const figures = figuresOf('without a cluster', [alone], seconds, null);
    for (const size of sizes) {
      const running = cluster.machines.slice(0, size);
      const since = performance.now();
      for (const machine of running) await machine.start();
      await cluster.pollOf(first, since);
      const title = `${size} machine${size === 1 ? '' : 's'}`;
      figures.push(...figuresOf(title, await costs(cluster, running, seconds), seconds, alone));
      // The first one last: none of the others is to poll.
      for (const machine of [...running].reverse()) await machine.stop();
    }
    return figures;
  } finally {
    await cluster.close();
  }
}

/** The costs of these machines, in their order, while their agents work a little and the user writes now and then. */
async function costs(
  cluster: BenchCluster,
  machines: readonly BenchMachine[],
  seconds: number,
): Promise<Cost[]> {
  let turns = 0;
  const working = setInterval(() => {
    turns++;
    for (const { world } of machines) {
      const session = world.sessions[turns % world.sessions.length];
      if (session !== undefined) writeTurn(world.write, session, turns);
    }
  }, TURN_MS);
  const writing = setInterval(() => cluster.telegram.owner.say(`message ${turns} of the bench`), MESSAGE_MS);
  try {
    // After the burst of the start, V8 collects garbage.
    await delay(20_000);
    const pids = machines.map((machine) => [machine.supervisor(), machine.worker()]);
    const used = (): number[] =>
      pids.map((each) => each.map((pid) => usageOf(pid).cpuMs).reduce((a, b) => a + b, 0));
    const before = used();
    const since = performance.now();
    await delay(seconds * 1_000);
    const after = used();
    const ms = performance.now() - since;
    return pids.map((each, i) => ({
      cpu: (((after[i] ?? 0) - (before[i] ?? 0)) / ms) * 100,
      memory: each.map(rssOf).reduce((a, b) => a + b, 0),
    }));
  } finally {
    clearInterval(working);
    clearInterval(writing);
  }
}

/** A prompt that somebody types at the terminal, and its answer. */
function writeTurn(write: BenchMachine['world']['write'], session: BenchSession, i: number): void {
  const uuid = (part: string): string => `${session.name}-${i}-${part}`;
  write(session, {
    type: 'user',
    uuid: uuid('u'),
    isSidechain: false,
    message: { role: 'user', content: `prompt ${i}` },
  });
  write(session, {
    type: 'assistant',
    uuid: uuid('a'),
    isSidechain: false,
    message: { id: uuid('m'), role: 'assistant', content: [{ type: 'text', text: `answer ${i}` }] },
  });
  write(session, {
    type: 'system',
    subtype: 'turn_duration',
    uuid: uuid('s'),
    isSidechain: false,
    durationMs: 1,
  });
}

/** `costs`: of the first machine, which polls, and of the others. */
function figuresOf(name: string, costs: readonly Cost[], seconds: number, alone: Cost | null): Figure[] {
  const of = (what: keyof Cost, unit: string, title: string): Figure => {
    const all = costs.map((cost) => cost[what]);
    const [polls = NaN, ...others] = all;
    return {
      what: `cluster, ${name}, ${SESSIONS} sessions each: ${title}`,
      unit,
      value: mean(all),
      ...(alone === null ? {} : { target: alone[what] * TOLERANCE }),
      note: `${seconds} s; the one that polls ${polls.toFixed(2)}${others.length === 0 ? '' : `, the others ${mean(others).toFixed(2)}, at most ${Math.max(...others).toFixed(2)}`}`,
    };
  };
  return [of('cpu', '%', 'CPU of each, of one core'), of('memory', 'MB', 'memory of each')];
}

const mean = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0) / all.length;
