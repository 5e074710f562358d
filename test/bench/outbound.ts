import { NO_THREAD } from '../../packages/worker/src/outbox/model';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTelegram } from '@ccbot/sandbox/telegram/server';
import type { User } from '@ccbot/sandbox/telegram/model';
import { newCard } from '../../packages/worker/src/cards/model';
import { reduceCard } from '../../packages/worker/src/cards/reduce';
import { renderFinished } from '../../packages/worker/src/cards/render';
import { redactView } from '../../packages/worker/src/cards/redact/redact-view';
import { createOutbox } from '../../packages/worker/src/outbox/outbox';
import { openStore } from '../../packages/worker/src/store/open';
import { createRetryWhileFull } from '../../packages/worker/src/store/retry-while-full';
import { createViewQueue } from '../../packages/worker/src/outbox/store';
import { createBotApi } from '../../packages/worker/src/telegram/adapter';
import { agentFactory } from '../../packages/worker/src/telegram/proxy';
import type { Figure } from './figure';
import { quantile } from './stats';
import { delay } from './world';
import { wordsIn } from '../../packages/worker/src/words/words';
import { outboxKey } from '../../packages/worker/src/outbox/keys';

const TOKEN = '100000001:SANDBOX_TOKEN_FOR_THE_BENCH_ONLY_000';

/** Rendering of a long answer, and many messages a second. */
export async function outbound(quick: boolean): Promise<Figure[]> {
  return [...rendering(quick ? 20 : 100), ...(await sustained(quick ? 8 : 20))];
}

/** Renders a formatted answer of 100 KB: parses, styles, redacts and splits it into messages. */
function rendering(rounds: number): Figure[] {
  const markdown = longAnswer(100 * 1024);
  const events = [
    { type: 'turn.started', at: 0, prompt: 'tell me everything' },
    { type: 'text', at: 1, id: 't', message: 'm', text: markdown },
    { type: 'turn.ended', at: 2, how: 'done' },
  ] as const;
  const card = events.reduce(reduceCard, newCard({ session: 's', name: 'bench', agent: 'agent' }));
  const words = wordsIn('en');
  // A single thread that never waits, so CPU time is independent of the load of the machine.
  const times: number[] = [];
  const walls: number[] = [];
  let parts = 0;
  for (let i = 0; i < rounds + 5; i++) {
    const since = performance.now();
    const cpu = process.cpuUsage();
    parts = redactView(renderFinished(card, words.card), {
      known: [TOKEN],
      reveal: { id: 'x', open: [], words: words.outbox },
    }).view.parts.length;
    const used = process.cpuUsage(cpu);
    if (i < 5) continue; // warm-up
    times.push((used.user + used.system) / 1_000);
    walls.push(performance.now() - since);
  }
  const note = `${rounds} rounds of ${Math.round(markdown.length / 1024)} KB: headings, lists, tables, code, links, styles; ${parts} messages`;
  return [
    {
      what: 'formatted answer of 100 KB → messages, CPU time, p50',
      unit: 'ms',
      value: quantile(times, 0.5),
      target: 20,
      note,
    },
    {
      what: 'formatted answer of 100 KB → messages, wall time, p50',
      unit: 'ms',
      value: quantile(walls, 0.5),
      note,
    },
  ];
}

/** Thirty messages a second to sixty chats, each stored, sent, and recorded as sent. */
async function sustained(seconds: number): Promise<Figure[]> {
  const chats = 60;
  const perSecond = 30;
  const dir = mkdtempSync(join(tmpdir(), 'ccbot-bench-out-'));
  const users = Array.from({ length: chats }, (_, i): User => ({
    id: 1_001 + i,
    is_bot: false,
    first_name: 'P',
  }));
  const [owner, stranger] = users as [User, User];
  const telegram = await startTelegram({ token: TOKEN, owner, stranger, pacing: true, remember: 1_000 });
  (telegram.state.people as User[]).push(...users.slice(2));
  const store = openStore(join(dir, 'ccbot.db'), Date.now);
  const makeAgent = await agentFactory(telegram.apiRoot, '');
  const outbox = createOutbox({
    api: createBotApi({ token: TOKEN, apiRoot: telegram.apiRoot, makeAgent }),
    disk: {
      store,
      views: createViewQueue(store, () => undefined),
      filesDir: join(dir, 'outbox'),
      retryWhileFull: createRetryWhileFull(store, () => undefined),
    },
    policy: {
      uploads: { max: () => 50 * 1024 * 1024, refused: () => undefined },
      threads: { ofChat: () => NO_THREAD, ofSession: () => NO_THREAD },
      wordsOf: () => wordsIn('en'),
      cardLagMs: () => 1_000,
    },
    clock: { now: Date.now, chance: Math.random },
    log: () => undefined,
  });
  try {
    outbox.start();
    const depths: number[] = [];
    const cpu = process.cpuUsage();
    const since = performance.now();
    const count = seconds * perSecond;
    for (let i = 0; i < count; i++) {
      const waitMs = since + (i * 1_000) / perSecond - performance.now();
      if (waitMs > 0) await delay(waitMs);
      outbox.put({
        chatId: 1_001 + (i % chats),
        thread: NO_THREAD,
        key: outboxKey('answer', i),
        class: 'answer',
        view: { parts: [{ text: `message ${i}`, entities: [{ type: 'bold', offset: 0, length: 7 }] }] },
      });
      depths.push(outbox.depth());
    }
    const took = performance.now() - since;
    const used = process.cpuUsage(cpu);
    if (!(await outbox.flush(30_000))) throw new Error('the outbox did not become empty');
    const refused = telegram.calls.filter((call) => call.status === 429).length;
    const late = depths.slice(Math.floor(depths.length / 2));
    const share = ((used.user + used.system) / 1_000 / took) * 100;
    const note = `${count} messages into ${chats} chats at ${perSecond} a second; ${refused} refused with 429`;
    return [
      {
        what: 'messages waiting at 30 a second, second half, maximum',
        unit: '',
        value: Math.max(...late),
        target: perSecond,
        note,
      },
      {
        what: 'CPU at 30 messages a second out, with the Bot API in the same process',
        unit: '% of a core',
        value: share,
        target: 100,
        note: 'one core is enough',
      },
    ];
  } finally {
    await outbox.stop();
    store.close();
    await telegram.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Markdown as agents write it, of at least this many bytes. */
function longAnswer(bytes: number): string {
  const chapters: string[] = [];
  for (let i = 0, length = 0; length < bytes; i++) {
    const chapter = [
      `## ${i}. What was found`,
      `The **cart** is emptied *twice* when \`checkout()\` fails; see [the report](https://example.org/${i}) and ~~the old one~~.`,
      [
        '- first, `npm test` says so',
        '  - with **two** cases',
        '- then the log, line 42',
        '1. fix it',
        '2. test it',
      ].join('\n'),
      [
        '| file | before | after |',
        '|---|--:|:-:|',
        ...[1, 2, 3].map((n) => `| src/a${n}.ts | ${n * 10} | ok |`),
      ].join('\n'),
      `> It was never meant to be called from there, said the comment of ${i}.`,
      ['```ts', ...[1, 2, 3, 4, 5].map((n) => `export const value${n} = compute(${n}, "${i}");`), '```'].join(
        '\n',
      ),
      'Nothing else was touched. 日本語のテキスト and an emoji 👍🏽 are there as well, as people write them.',
    ].join('\n\n');
    chapters.push(chapter);
    length += chapter.length + 2;
  }
  return chapters.join('\n\n');
}
