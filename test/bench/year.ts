import { join } from 'node:path';
import type { Figure } from './figure';
import { answerTimes } from './latency-answer';
import { root } from './place';
import { rssOf } from './proc';
import { median } from './stats';
import { delay, startWorld, type World } from './world';
import { openSqlite } from '../../packages/worker/src/store/sqlite';

/** What a busy user leaves in the database in a year. */
const PROMPTS = 1_000_000;
const POSTED = 200_000;

/** The figures of a ccbot with a year of history, beside those of a new one, measured in turns. */
export async function year(quick: boolean): Promise<Figure[]> {
  const rounds = quick ? 3 : 10;
  const options = { agent: join(root, 'test/bench/fixtures/idle-agent.sh'), people: 3 };
  // Each run counts as healthy immediately, so that the first restart is measured, not the backoff.
  const env = { CCBOT_HEALTHY_RUN_SEC: '0.05' };
  const worlds: World[] = [];
  try {
    worlds.push(await startWorld({ ...options, env }));
    worlds.push(await startWorld({ ...options, env, fill: fillYear }));
    for (const world of worlds) await world.open(3);
    const answers: number[][] = [[], []];
    const restarts: number[][] = [[], []];
    for (let round = 0; round < rounds; round++) {
      for (const [i, world] of worlds.entries())
        answers[i]?.push(...(await answerTimes(world, `y${round}`, 300)));
      for (const [i, world] of worlds.entries()) restarts[i]?.push(await restartOf(world));
      for (const world of worlds) await world.quiet(1_000);
    }
    const memory = worlds.map((world) => rssOf(world.worker()));
    const figure = (what: string, [new_, year]: readonly number[], unit: string): Figure => ({
      what: `a year of history: ${what}, times without`,
      unit: '×',
      value: (year ?? NaN) / (new_ ?? NaN),
      target: 1.1,
      note: `${rounds} rounds in turns, ${PROMPTS} prompts, ${POSTED} messages; ${(year ?? NaN).toFixed(1)} and ${(new_ ?? NaN).toFixed(1)} ${unit}`,
    });
    return [
      figure('answer → sendMessage, p50', answers.map(median), 'ms'),
      figure('worker killed → polling again, p50', restarts.map(median), 'ms'),
      figure('memory of the worker', memory, 'MB'),
    ];
  } finally {
    for (const world of worlds) await world.close();
  }
}

async function restartOf(world: World): Promise<number> {
  await delay(300);
  const before = world.telegram.polls.length;
  const sinceNs = process.hrtime.bigint();
  process.kill(world.worker(), 'SIGKILL');
  const poll = await world.telegram.waitFor(() => world.telegram.polls[before], 30_000);
  return Number(poll.startedNs - sinceNs) / 1e6;
}

/** Writes rows as ccbot would have, over a year that ends now. */
function fillYear(database: string): void {
  const db = openSqlite(database);
  const yearMs = 365 * 86_400_000;
  const from = Date.now() - yearMs;
  const prompt = db.prepare(
    "INSERT INTO prompts (id, session, chat, message, text, state, at) VALUES (?, ?, ?, ?, ?, 'confirmed', ?)",
  );
  const posted = db.prepare(
    'INSERT INTO posted (chat, key, part, message, hash, at, session) VALUES (?, ?, 0, ?, ?, ?, ?)',
  );
  db.transaction(() => {
    for (let i = 0; i < PROMPTS; i++) {
      const at = from + Math.floor((i / PROMPTS) * yearMs);
      prompt.run(
        i + 1,
        `session-${i % 5_000}`,
        1_001 + (i % 3),
        i + 1,
        `prompt ${i} of the year, one line long`,
        at,
      );
    }
    for (let i = 0; i < POSTED; i++) {
      const at = from + Math.floor((i / POSTED) * yearMs);
      posted.run(1_001 + (i % 3), `answer:${i}`, i + 1, 'h'.repeat(40), at, `session-${i % 5_000}`);
    }
  });
  db.close();
}
