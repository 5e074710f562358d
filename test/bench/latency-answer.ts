import { join } from 'node:path';
import type { Figure } from './figure';
import { root } from './place';
import { quantile } from './stats';
import { delay, startWorld, type World } from './world';

/** What precedes the answer, and when it comes: ms after the last change of the card. */
const STATES = [
  { name: 'its card was edited just now', afterMs: 20 },
  { name: 'its card waits for its next edit', afterMs: 300 },
  { name: 'its card is quiet', afterMs: 1_500 },
];

/** From the transcript's line with the answer to the call that sends it, behind a live card in each of its states. */
export async function latencyAnswer(quick: boolean): Promise<Figure[]> {
  const chats = 6;
  const rounds = quick ? 4 : 20;
  const world = await startWorld({ agent: join(root, 'test/bench/fixtures/idle-agent.sh'), people: chats });
  try {
    await world.open(chats);
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const { afterMs } of STATES)
        times.push(...(await answerTimes(world, `${round}-${afterMs}`, afterMs)));
    }
    const note = `${times.length} answers in ${chats} chats; ${STATES.map(({ name }) => name).join(', ')}`;
    return [
      {
        what: 'answer in the transcript → sendMessage, p50',
        unit: 'ms',
        value: quantile(times, 0.5),
        target: 30,
        note,
      },
      {
        what: 'answer in the transcript → sendMessage, p90',
        unit: 'ms',
        value: quantile(times, 0.9),
        target: 60,
        note,
      },
    ];
  } finally {
    await world.close();
  }
}

/** One turn in each chat, one chat after the other, each ending `afterMs` after a change of its card. */
export async function answerTimes(world: World, name: string, afterMs: number): Promise<number[]> {
  const times: number[] = [];
  for (const [i, session] of world.sessions.entries()) {
    const marker = `answer-${name}-${i}-x`;
    world.write(session, prompt(marker));
    await delay(60);
    world.write(session, text(`${marker}-1`, 'I look into it.'));
    await delay(afterMs);
    const from = world.telegram.calls.length;
    const at = world.write(session, text(`${marker}-2`, marker));
    world.write(session, turnEnd(marker));
    await world.telegram.waitFor(() => sendOf(world, marker, from) !== undefined, 10_000);
    times.push(Number((sendOf(world, marker, from)?.atNs ?? at) - at) / 1e6);
  }
  return times;
}

function sendOf({ telegram }: World, marker: string, from: number) {
  return telegram.calls
    .slice(from)
    .find(({ method, params }) => method === 'sendMessage' && String(params['text'] ?? '').includes(marker));
}

const record = (fields: Record<string, unknown>): Record<string, unknown> => ({
  isSidechain: false,
  timestamp: new Date().toISOString(),
  ...fields,
});

const prompt = (id: string): Record<string, unknown> =>
  record({ type: 'user', uuid: `user-${id}`, message: { role: 'user', content: `prompt ${id}` } });

const text = (id: string, words: string): Record<string, unknown> =>
  record({
    type: 'assistant',
    uuid: id,
    message: { id: `message-${id}`, role: 'assistant', content: [{ type: 'text', text: words }] },
  });

const turnEnd = (id: string): Record<string, unknown> =>
  record({ type: 'system', subtype: 'turn_duration', uuid: `end-${id}`, durationMs: 1 });
