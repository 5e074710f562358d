import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flameChart, framesOf, type Profile } from './flame';
import { readingAgent } from './latency-in';
import { root } from './place';
import { delay, startWorld, type World } from './world';

/** How often the trip is made before the one that is drawn: the first ones compile the code. */
const WARM_UP = 20;

/**
 * Draws the CPU profile of one trip as a flame chart: a message, its way into the pane, and the answer's way from the
 * transcript to Telegram.
 */
export async function drawTrip(file: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ccbot-bench-trip-'));
  const profilePath = join(folder, 'profile.json');
  const agent = await readingAgent(join(folder, 'reads.sock'));
  const world = await startWorld({
    agent: agent.command,
    people: 1,
    env: {
      NODE_OPTIONS: `--require ${join(root, 'test/bench/fixtures/profile.cjs')}`,
      CCBOT_BENCH_PROFILE: profilePath,
    },
  });
  try {
    await world.open(1);
    for (let i = 0; i < WARM_UP; i++) await trip(world, agent.arrival, i);
    process.kill(world.worker(), 'SIGUSR2');
    await appears(`${profilePath}.started`);
    const times = await trip(world, agent.arrival, WARM_UP);
    process.kill(world.worker(), 'SIGUSR2');
    await appears(profilePath);
    const frames = framesOf(JSON.parse(readFileSync(profilePath, 'utf8')) as Profile);
    const inUs = times.typed - times.said;
    const gapUs = times.written - times.typed;
    // What the agent does in between is not ours, so the chart leaves it out.
    const closed = frames.flatMap((frame) =>
      frame.toUs <= times.typed
        ? [frame]
        : frame.fromUs >= times.written
          ? [{ ...frame, fromUs: frame.fromUs - gapUs, toUs: frame.toUs - gapUs }]
          : [],
    );
    writeFileSync(
      file,
      flameChart(closed, {
        title: 'One trip: a message into the pane, an answer out of the transcript',
        fromUs: times.said,
        toUs: times.shown - gapUs,
        marks: [
          { atUs: times.said, text: 'update available' },
          { atUs: times.said + inUs, text: 'bytes in the pane; answer in the transcript' },
          { atUs: times.shown - gapUs, text: 'sendMessage' },
        ],
      }),
    );
  } finally {
    await world.close();
    agent.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** When each part of the trip was over, µs of the monotonic clock. */
interface TripTimes {
  said: number;
  typed: number;
  written: number;
  shown: number;
}

async function trip(
  world: World,
  arrival: (marker: string) => Promise<bigint>,
  i: number,
): Promise<TripTimes> {
  const [session] = world.sessions;
  if (session === undefined) throw new Error('no session');
  const question = `question ${i} end`;
  const answer = `answer-${i}-x`;
  const said = process.hrtime.bigint();
  session.person.say(question);
  const typed = await arrival(question);
  await world.quiet(400);
  const from = world.telegram.calls.length;
  const written = world.write(session, {
    type: 'assistant',
    uuid: answer,
    isSidechain: false,
    message: { id: answer, role: 'assistant', content: [{ type: 'text', text: answer }] },
  });
  world.write(session, { type: 'system', subtype: 'turn_duration', uuid: `end-${i}`, durationMs: 1 });
  const call = await world.telegram.waitFor(
    () =>
      world.telegram.calls
        .slice(from)
        .find(({ method, params }) => method === 'sendMessage' && JSON.stringify(params).includes(answer)),
    10_000,
  );
  await world.quiet(1_200);
  const us = (ns: bigint): number => Number(ns / 1_000n);
  return { said: us(said), typed: us(typed), written: us(written), shown: us(call.atNs) };
}

async function appears(path: string): Promise<void> {
  for (const until = Date.now() + 20_000; !existsSync(path); await delay(10))
    if (Date.now() > until) throw new Error(`${path} did not appear`);
}
