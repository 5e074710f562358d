import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import type { Figure } from './figure';
import { root } from './place';
import { quantile } from './stats';
import { delay, startWorld, type BenchSession, type World } from './world';

/** (a) From a line in the transcript to the Bot API call that shows it. */
export async function latencyOut(quick: boolean): Promise<Figure[]> {
  const chats = 12;
  const samples = quick ? 48 : 240;
  const world = await startWorld({ agent: join(root, 'test/bench/fixtures/idle-agent.sh'), people: chats });
  try {
    await world.open(chats);
    for (const session of world.sessions) world.write(session, userRecord('begin'));
    await world.quiet(1_500);
    const usual = await usualWatcher(world);
    const written = new Map<string, bigint>();
    for (let i = 0; i < samples; i++) {
      const session = world.sessions[i % chats] as BenchSession;
      const marker = `marker-${i}-x`;
      written.set(marker, world.write(session, assistantRecord(i, marker)));
      // Each chat is idle for longer than the interval of its card, so that every line is shown at once.
      await delay(Math.ceil(1_600 / chats));
    }
    await world.quiet(2_500);
    usual.stop();
    const ours = [...written].map(([marker, at]) => {
      const call = world.telegram.calls.find((c) => String(c.params['text'] ?? '').includes(marker));
      if (call === undefined) throw new Error(`the line ${marker} was not shown`);
      return Number(call.atNs - at) / 1e6;
    });
    const usualTimes = [...written].map(([marker, at]) => Number((usual.seen.get(marker) ?? at) - at) / 1e6);
    const how = 'stat every 2 s, before any call is made';
    const note = `${samples} lines in ${chats} chats`;
    return [
      {
        what: 'transcript line → Bot API call, p50',
        unit: 'ms',
        value: quantile(ours, 0.5),
        target: 30,
        usual: { value: quantile(usualTimes, 0.5), how },
        note,
      },
      {
        what: 'transcript line → Bot API call, p99',
        unit: 'ms',
        value: quantile(ours, 0.99),
        target: 150,
        usual: { value: quantile(usualTimes, 0.99), how },
        note,
      },
    ];
  } finally {
    await world.close();
  }
}

const userRecord = (text: string): Record<string, unknown> => ({
  type: 'user',
  uuid: `user-${text}`,
  isSidechain: false,
  message: { role: 'user', content: text },
});

const assistantRecord = (i: number, text: string): Record<string, unknown> => ({
  type: 'assistant',
  uuid: `assistant-${i}`,
  isSidechain: false,
  message: { id: `msg-${i}`, role: 'assistant', content: [{ type: 'text', text }] },
});

/** Runs the usual way on the same transcripts. */
async function usualWatcher(world: World): Promise<{ seen: Map<string, bigint>; stop(): void }> {
  const seen = new Map<string, bigint>();
  const child = spawn(
    process.execPath,
    [
      join(root, 'test/bench/fixtures/usual-watcher.mjs'),
      world.tmuxSocket,
      '',
      ...world.sessions.map((s) => s.transcript),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: world.env },
  );
  await new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (row) => {
      const { at, line } = JSON.parse(row) as { at?: string; line?: string };
      if (at === undefined || line === undefined) return resolve();
      const [marker] = /marker-\d+-x/.exec(line) ?? [];
      if (marker !== undefined) seen.set(marker, BigInt(at));
    });
  });
  return { seen, stop: () => void child.kill() };
}
