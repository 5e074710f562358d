import { join } from 'node:path';
import type { Figure } from './figure';
import { rssOf, usageOf } from './proc';
import { quantile } from './stats';
import { delay, root, startWorld, type BenchSession, type World } from './world';

/** How many sessions one person has, how many of them work, and how many lines each of these writes a second. */
const SESSIONS = 200;
const WORKING = 50;
const LINES_PER_SECOND = 20;

/** How often the lines of the working sessions are written, ms: agents write in bursts, not evenly. */
const BURST_MS = 100;

/** How often the session that the person looks at writes, ms: longer than the pace of its card, so that each line is a first one. */
const LOOKED_AT_MS = 2_100;

/** Two hundred sessions of one person, fifty of them at work: what that costs, and how soon the chosen one is shown. */
export async function many(quick: boolean, minutes = quick ? 0.5 : 2): Promise<Figure[]> {
  const world = await startWorld({
    agent: join(root, 'test/bench/fixtures/idle-agent.sh'),
    people: 1,
    env: { CCBOT_MESSAGES_PER_MINUTE: '100000' },
  });
  try {
    await world.open(SESSIONS);
    await world.quiet(5_000);
    const start = await restarted(world);
    await world.quiet(3_000);
    const { cpu, memory, shown } = await atWork(world, minutes * 60_000);
    const note = `${SESSIONS} sessions, ${WORKING} of them with ${LINES_PER_SECOND} lines a second, for ${minutes} min`;
    return [
      { what: '200 sessions: CPU of the worker, of one core', unit: '%', value: cpu, target: 60, note },
      {
        what: '200 sessions: line of the chosen one → Bot API call, p99',
        unit: 'ms',
        value: quantile(shown, 0.99),
        target: 500,
        note: `${shown.length} lines; p50 ${quantile(shown, 0.5).toFixed(0)} ms`,
      },
      {
        what: '200 sessions: growth of the worker’s memory',
        unit: 'MB',
        value: memory.last - memory.first,
        target: 20,
        note: `mean of the last quarter ${memory.last.toFixed(0)} less that of the second ${memory.first.toFixed(0)}; most ${memory.most.toFixed(0)}`,
      },
      {
        what: '200 live sessions: SIGKILL of the worker → first poll',
        unit: 'ms',
        value: start,
        target: 1_500,
        note: 'the restart of the supervisor included',
      },
    ];
  } finally {
    await world.close();
  }
}

/** Kills the worker; how long until the next one polls, ms. */
async function restarted(world: World): Promise<number> {
  const polls = (): number => world.telegram.calls.filter((c) => c.method === 'getUpdates').length;
  const before = polls();
  const at = performance.now();
  process.kill(world.worker(), 'SIGKILL');
  await world.telegram.waitFor(() => polls() > before, 30_000);
  return performance.now() - at;
}

interface AtWork {
  /** Of one core, percent. */
  cpu: number;
  /** Of the worker, MB. */
  memory: { first: number; last: number; most: number };
  /** Lines of the chosen session: ms until they were shown. */
  shown: number[];
}

async function atWork(world: World, ms: number): Promise<AtWork> {
  const chosen = world.sessions.at(-1) as BenchSession; // the newest is the one that the person writes to
  const busy = world.sessions.slice(0, WORKING);
  const worker = world.worker();
  const memory: number[] = [];
  const written = new Map<string, bigint>();
  for (const session of [...busy, chosen]) world.write(session, userRecord(session, 'begin'));
  const before = usageOf(worker);
  const since = performance.now();
  let lines = 0;
  let looks = 0;
  for (let burst = 1; performance.now() - since < ms; burst++) {
    // By the clock: where the bench itself was late it makes up for it.
    const due = Math.floor(((performance.now() - since) / 1_000) * LINES_PER_SECOND);
    for (; lines < due; lines++) for (const session of busy) world.write(session, workOf(session, lines));
    if (performance.now() - since >= (looks + 1) * LOOKED_AT_MS) {
      const marker = `marker-${++looks}-x`;
      written.set(marker, world.write(chosen, text(chosen, looks, marker)));
      memory.push(rssOf(worker));
    }
    await delay(Math.max(0, burst * BURST_MS - (performance.now() - since)));
  }
  const after = usageOf(worker);
  const cpu = ((after.cpuMs - before.cpuMs) / (performance.now() - since)) * 100;
  await delay(2_000);
  const calls = world.telegram.calls.map((c) => [String(c.params['text'] ?? ''), c.atNs] as const);
  const shown = [...written].map(([marker, at]) => {
    const call = calls.find(([said]) => said.includes(marker));
    // A later line can take its place in the card before it was shown.
    return call === undefined ? Infinity : Number(call[1] - at) / 1e6;
  });
  const quarter = Math.floor(memory.length / 4);
  const mean = (of: readonly number[]): number => of.reduce((a, b) => a + b, 0) / Math.max(1, of.length);
  return {
    cpu,
    shown,
    memory: {
      first: mean(memory.slice(quarter, 2 * quarter)),
      last: mean(memory.slice(-quarter)),
      most: Math.max(...memory),
    },
  };
}

/** A line of an agent at work: it says something, starts a tool, or has its result. */
function workOf(session: BenchSession, i: number): Record<string, unknown> {
  const id = `tool-${session.name}-${Math.floor(i / 3)}`;
  switch (i % 3) {
    case 0:
      return text(session, i, `step ${i}: looking at the next file of the project, and what its tests say`);
    case 1:
      return assistant(session, i, {
        type: 'tool_use',
        id,
        name: 'Bash',
        input: { command: `npm test -- part-${i}`, description: 'Runs a part of the tests' },
      });
    default:
      return {
        type: 'user',
        uuid: `${session.name}-${i}`,
        isSidechain: false,
        message: {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: id, content: 'ok 12\n'.repeat(40), is_error: false }],
        },
      };
  }
}

const text = (session: BenchSession, i: number, said: string): Record<string, unknown> =>
  assistant(session, i, { type: 'text', text: said });

const assistant = (session: BenchSession, i: number, block: unknown): Record<string, unknown> => ({
  type: 'assistant',
  uuid: `${session.name}-a${i}`,
  isSidechain: false,
  message: { id: `msg-${session.name}-${i}`, role: 'assistant', content: [block] },
});

const userRecord = (session: BenchSession, said: string): Record<string, unknown> => ({
  type: 'user',
  uuid: `${session.name}-u`,
  isSidechain: false,
  message: { role: 'user', content: said },
});
