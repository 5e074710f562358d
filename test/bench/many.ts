import { join } from 'node:path';
import type { Figure } from './figure';
import { root } from './place';
import { rssOf, usageOf } from './proc';
import { quantile } from './stats';
import { delay, startWorld, type BenchSession, type World } from './world';

const SESSIONS = 200;
const WORKING = 50;
const LINES_PER_SECOND = 20;

/** Interval at which the working sessions write, ms: agents write in bursts. */
const BURST_MS = 100;

/** Interval at which the session on screen writes, ms: longer than the interval of its card, so that every line is shown at once. */
const ON_SCREEN_MS = 2_100;

/** How long they work before it is measured, ms: V8 compiles what it has not seen run that often. */
const WARM_UP_MS = 20_000;

/** Two hundred sessions of one user, fifty of them working: their cost, and the delay of the session on screen. */
export async function many(quick: boolean, minutes = quick ? 0.5 : 2): Promise<Figure[]> {
  const world = await startWorld({
    agent: join(root, 'test/bench/fixtures/idle-agent.sh'),
    people: 1,
    env: { CCBOT_MESSAGES_PER_MINUTE: '100000' },
  });
  try {
    await world.open(SESSIONS);
    await world.quiet(5_000);
    const restartMs = await measureRestart(world);
    await world.quiet(3_000);
    const { cpu, memory, shown } = await measureWork(world, minutes * 60_000);
    const note = `${SESSIONS} sessions, ${WORKING} of them with ${LINES_PER_SECOND} lines a second, for ${minutes} min after ${WARM_UP_MS / 1_000} s`;
    return [
      { what: '200 sessions: CPU of the worker, of one core', unit: '%', value: cpu, target: 10, note },
      {
        what: '200 sessions: line of the session on screen → Bot API call, p99',
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
        note: `mean of the last quarter ${memory.last.toFixed(0)} minus the second ${memory.first.toFixed(0)}; maximum ${memory.most.toFixed(0)}`,
      },
      {
        what: '200 live sessions: SIGKILL of the worker → first poll',
        unit: 'ms',
        value: restartMs,
        target: 1_500,
        note: 'including the restart by the supervisor',
      },
    ];
  } finally {
    await world.close();
  }
}

/** Kills the worker. Resolves with the time until the next one polls, ms. */
async function measureRestart(world: World): Promise<number> {
  const polls = (): number => world.telegram.calls.filter((c) => c.method === 'getUpdates').length;
  const before = polls();
  const since = performance.now();
  process.kill(world.worker(), 'SIGKILL');
  await world.telegram.waitFor(() => polls() > before, 30_000);
  return performance.now() - since;
}

interface WorkResult {
  /** Percent of one core. */
  cpu: number;
  /** RSS of the worker, MB. */
  memory: { first: number; last: number; most: number };
  /** Delays of the lines of the session on screen, ms. */
  shown: number[];
}

async function measureWork(world: World, ms: number): Promise<WorkResult> {
  const onScreen = world.sessions.at(-1) as BenchSession; // the newest session is on screen
  const busy = world.sessions.slice(0, WORKING);
  const worker = world.worker();
  const memory: number[] = [];
  const written = new Map<string, bigint>();
  for (const session of [...busy, onScreen]) world.write(session, userRecord(session, 'begin'));
  const since = performance.now();
  const elapsed = (): number => performance.now() - since;
  let lines = 0;
  let markers = 0;
  let before: { cpuMs: number; at: number } | undefined;
  for (let burst = 1; elapsed() < WARM_UP_MS + ms; burst++) {
    if (elapsed() >= WARM_UP_MS) before ??= { cpuMs: usageOf(worker).cpuMs, at: elapsed() };
    // Counted by the clock, so that the bench catches up when it is late.
    const due = Math.floor((elapsed() / 1_000) * LINES_PER_SECOND);
    for (; lines < due; lines++) for (const session of busy) world.write(session, workOf(session, lines));
    if (elapsed() >= (markers + 1) * ON_SCREEN_MS) {
      const marker = `marker-${++markers}-x`;
      written.set(marker, world.write(onScreen, text(onScreen, markers, marker)));
      memory.push(rssOf(worker));
    }
    await delay(Math.max(0, burst * BURST_MS - elapsed()));
  }
  const { cpuMs, at } = before ?? { cpuMs: 0, at: 0 };
  const cpu = ((usageOf(worker).cpuMs - cpuMs) / (elapsed() - at)) * 100;
  await delay(2_000);
  const calls = world.telegram.calls.map((c) => [String(c.params['text'] ?? ''), c.atNs] as const);
  const shown = [...written].map(([marker, at]) => {
    const call = calls.find(([shownText]) => shownText.includes(marker));
    // A later line may have replaced it in the card before it was shown.
    return call === undefined ? Infinity : Number(call[1] - at) / 1e6;
  });
  const quarter = Math.floor(memory.length / 4);
  const mean = (samples: readonly number[]): number =>
    samples.reduce((a, b) => a + b, 0) / Math.max(1, samples.length);
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

/** A line of a working agent: a text, the start of a tool, or its result. */
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

const text = (session: BenchSession, i: number, content: string): Record<string, unknown> =>
  assistant(session, i, { type: 'text', text: content });

const assistant = (session: BenchSession, i: number, block: unknown): Record<string, unknown> => ({
  type: 'assistant',
  uuid: `${session.name}-a${i}`,
  isSidechain: false,
  message: { id: `msg-${session.name}-${i}`, role: 'assistant', content: [block] },
});

const userRecord = (session: BenchSession, content: string): Record<string, unknown> => ({
  type: 'user',
  uuid: `${session.name}-u`,
  isSidechain: false,
  message: { role: 'user', content },
});
