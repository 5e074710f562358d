import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAgents } from '../../packages/worker/src/agents/registry';
import { turnPages } from '../../packages/worker/src/cards/history';
import { turnsOf } from '../../packages/worker/src/watch/turns';
import { wordsIn } from '../../packages/worker/src/words/words';
import type { Figure } from './figure';
import { median } from './stats';

const SIZE = 200 * 1024 * 1024;

/** A turn as Claude Code writes it: a prompt, tools with long results, an answer. Some 400 KB. */
function turn(n: number): string {
  const record = (body: object): string =>
    `${JSON.stringify({ uuid: `${n}-${Math.random()}`, timestamp: new Date(1.7e12 + n * 6e4).toISOString(), isSidechain: false, ...body })}\n`;
  const says = (block: object): string =>
    record({ type: 'assistant', message: { id: `m${n}`, role: 'assistant', content: [block] } });
  const tool = (i: number): string =>
    says({ type: 'tool_use', id: `t${n}-${i}`, name: 'Bash', input: { command: `step ${i}` } }) +
    record({
      type: 'user',
      message: {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: `t${n}-${i}`, content: 'r'.repeat(20_000) }],
      },
    });
  return [
    record({ type: 'user', message: { role: 'user', content: `question ${n}` } }),
    ...Array.from({ length: 20 }, (_, i) => tool(i)),
    says({ type: 'text', text: `An answer with **Markdown**.\n\n${'A sentence of it. '.repeat(200)}` }),
    record({ type: 'system', subtype: 'turn_duration', durationMs: 1 }),
  ].join('');
}

/** (h) A card's page from the end of a transcript of 200 MB, and the page before it. */
export async function history(quick: boolean): Promise<Figure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'ccbot-bench-'));
  try {
    const path = join(dir, 'transcript.jsonl');
    const file = openSync(path, 'w');
    // The same one again and again: what making them would leave behind is no memory of reading them.
    const bytes = Buffer.from(turn(1));
    for (let size = 0; size < SIZE;) size += writeSync(file, bytes);
    closeSync(file);
    const agent = createAgents({}).get('claude')?.agent;
    if (agent === undefined) throw new Error('there is no such agent');
    const words = wordsIn('en').card;
    const turns = turnsOf({ path, agent, session: 's', name: 'bench' });
    await turns.before(); // what loads and compiles the code is not what reading takes
    const times: number[] = [];
    const before = process.memoryUsage.rss();
    let most = before;
    let end: number | undefined;
    for (let i = 0; i < (quick ? 5 : 30); i++) {
      const at = performance.now();
      const found = await turns.before(end);
      if (found === null || turnPages(found.card, words).length === 0) throw new Error('there is no page');
      times.push(performance.now() - at);
      most = Math.max(most, process.memoryUsage.rss());
      end = found.at;
    }
    const note = `${times.length} pages backwards through 200 MB, each with turns of some 400 KB`;
    return [
      { what: 'a page of the past, p50', unit: 'ms', value: median(times), target: 100, note },
      { what: 'a page of the past, the slowest', unit: 'ms', value: Math.max(...times), target: 100, note },
      {
        what: 'memory for pages of the past',
        unit: 'MB',
        value: (most - before) / 1024 / 1024,
        target: 20,
        note: 'growth of the whole process, garbage included',
      },
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
