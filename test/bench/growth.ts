import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figure } from './figure';
import { root } from './place';
import { childrenOf, usageOf } from './proc';
import { median } from './stats';
import { delay, startWorld, type BenchSession, type World } from './world';

/** What grows with use, and must not cost more for it: idle sessions, and the length of a transcript. */
export async function growth(quick: boolean): Promise<Figure[]> {
  return [...(await idleThousand(quick)), ...(await largeTranscript(quick))];
}

const MANY = 1_000;

/** Pause between opening the sessions and the measurement, ms. */
const REST_MS = 20_000;

/** CPU of a thousand sessions at rest, and the memory of each. */
async function idleThousand(quick: boolean): Promise<Figure[]> {
  const seconds = quick ? 15 : 60;
  const world = await startWorld({
    agent: join(root, 'test/bench/fixtures/idle-agent.sh'),
    people: 10,
    env: { CCBOT_MESSAGES_PER_MINUTE: '100000' },
  });
  try {
    for (let opened = 0; opened < MANY; opened += 50) await world.open(50);
    await world.quiet(5_000);
    await delay(REST_MS);
    const worker = world.worker();
    const pids = [world.supervisor, worker, ...childrenOf(worker)];
    const used = (): number => pids.map((pid) => usageOf(pid).cpuMs).reduce((a, b) => a + b, 0);
    const before = used();
    await delay(seconds * 1_000);
    const share = ((used() - before) / (seconds * 1_000)) * 100;
    return [
      {
        what: `${MANY} idle sessions: CPU of ccbot, of one core`,
        unit: '%',
        value: share,
        target: 0.5,
        note: `${seconds} s; supervisor, worker and its children`,
      },
    ];
  } finally {
    await world.close();
  }
}

const MB = 1024 * 1024;

/** Time until a line of a resumed conversation is shown, behind 1 MB and behind 1 GB. */
async function largeTranscript(quick: boolean): Promise<Figure[]> {
  const rounds = quick ? 5 : 15;
  const dir = mkdtempSync(join(tmpdir(), 'ccbot-bench-'));
  const world = await startWorld({ agent: join(root, 'test/bench/fixtures/idle-agent.sh'), people: 2 });
  try {
    await world.open(2);
    const [first, second] = world.sessions as [BenchSession, BenchSession];
    const small = transcriptOf(join(dir, 'small.jsonl'), 1 * MB);
    const large = transcriptOf(join(dir, 'large.jsonl'), 1024 * MB);
    const times: { small: number; large: number }[] = [];
    for (let i = 0; i < rounds; i++)
      times.push({
        small: await opening(world, first, small, `small-${i}-x`),
        large: await opening(world, second, large, `large-${i}-x`),
      });
    const p50 = (of: 'small' | 'large'): number => median(times.map((time) => time[of]));
    return [
      {
        what: 'a transcript of 1 GB opens, times one of 1 MB',
        unit: '×',
        value: p50('large') / p50('small'),
        target: 1.1,
        note: `${rounds} pairs; 1 GB ${p50('large').toFixed(0)} ms, 1 MB ${p50('small').toFixed(0)} ms, from the hook to the Bot API call with a new line`,
      },
    ];
  } finally {
    await world.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A conversation of yesterday, of at least `size` bytes. */
function transcriptOf(path: string, size: number): string {
  const yesterday = new Date(Date.now() - 86_400_000).toISOString();
  const record = (body: object): string =>
    `${JSON.stringify({ isSidechain: false, timestamp: yesterday, ...body })}\n`;
  const turn = [
    record({ type: 'user', uuid: 'u', message: { role: 'user', content: 'a question' } }),
    record({
      type: 'assistant',
      uuid: 'a',
      message: {
        id: 'm',
        role: 'assistant',
        content: [{ type: 'text', text: 'A sentence. '.repeat(1_000) }],
      },
    }),
    record({ type: 'system', subtype: 'turn_duration', uuid: 'e', durationMs: 1 }),
  ].join('');
  const bytes = Buffer.from(turn.repeat(Math.ceil(MB / turn.length)));
  const file = openSync(path, 'w');
  for (let written = 0; written < size;) written += writeSync(file, bytes);
  closeSync(file);
  return path;
}

/** Binds the session to the transcript and adds a line. Resolves with the time until it is shown, ms. */
async function opening(
  world: World,
  session: BenchSession,
  transcript: string,
  marker: string,
): Promise<number> {
  await world.quiet(1_500);
  // Something else is followed before, so that each round opens the transcript.
  await world.bind(session, `${transcript}.before-${marker}`);
  await world.quiet(500);
  const from = world.telegram.calls.length;
  const sinceNs = process.hrtime.bigint();
  await world.bind(session, transcript);
  world.write(session, {
    type: 'user',
    uuid: `u-${marker}`,
    isSidechain: false,
    message: { role: 'user', content: marker },
  });
  const call = await world.telegram.waitFor(
    () => world.telegram.calls.slice(from).find(({ params }) => JSON.stringify(params).includes(marker)),
    20_000,
  );
  return Number(call.atNs - sinceNs) / 1e6;
}
