import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAgents } from '../../packages/worker/src/agents/registry';
import { turnPages } from '../../packages/worker/src/cards/history';
import { turnsOf } from '../../packages/worker/src/watch/turns';
import { wordsIn } from '../../packages/worker/src/words/words';
import type { Figure } from './figure';
import { median } from './stats';

/** Size of the transcript, bytes. */
const SIZE = 200 * 1024 * 1024;

/** A turn as Claude Code writes it, about 400 KB: a prompt, tools with long results, an answer. */
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

/** (h) Pages of history from the end of a transcript of 200 MB backwards. */
export async function history(quick: boolean): Promise<Figure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'ccbot-bench-'));
  try {
    const path = join(dir, 'transcript.jsonl');
    const file = openSync(path, 'w');
    // Always the same turn, so that creating the file leaves no garbage that would count as memory of reading it.
    const bytes = Buffer.from(turn(1));
    for (let size = 0; size < SIZE;) size += writeSync(file, bytes);
    closeSync(file);
    const agent = createAgents({}).get('claude')?.agent;
    if (agent === undefined) throw new Error('no agent claude');
    const words = wordsIn('en').card;
    const turns = turnsOf({ path, agent, session: 's', name: 'bench' });
    await turns.before(); // warm-up: loading and compiling the code is not measured
    const times: number[] = [];
    const before = process.memoryUsage.rss();
    let peak = before;
    let end: number | undefined;
    for (let i = 0; i < (quick ? 5 : 30); i++) {
      const since = performance.now();
      const found = await turns.before(end);
      if (found === null || turnPages(found.card, words).length === 0) throw new Error('no page found');
      times.push(performance.now() - since);
      peak = Math.max(peak, process.memoryUsage.rss());
      end = found.at;
    }
    const note = `${times.length} pages backwards through 200 MB, each with turns of some 400 KB`;
    return [
      { what: 'page of history, p50', unit: 'ms', value: median(times), target: 100, note },
      { what: 'page of history, slowest', unit: 'ms', value: Math.max(...times), target: 100, note },
      {
        what: 'memory for pages of history',
        unit: 'MB',
        value: (peak - before) / 1024 / 1024,
        target: 20,
        note: 'growth of the whole process, including garbage',
      },
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
