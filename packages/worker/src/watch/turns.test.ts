import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAgents } from '../agents/registry';
import { answerOf } from '../cards/reduce';
import { turnsOf, type PastTurn, type Turns } from './turns';

let dir: string;
let path: string;
let turns: Turns;
let n: number;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ccbot-turns-'));
  path = join(dir, 'transcript.jsonl');
  const agent = createAgents({}).get('claude')?.agent;
  if (agent === undefined) throw new Error('there is no such agent');
  turns = turnsOf({ path, agent, session: 's', name: 'demo' });
  n = 0;
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const record = (body: object): string => {
  const timestamp = new Date(1_700_000_000_000 + ++n * 1_000).toISOString();
  return `${JSON.stringify({ uuid: `u${n}`, timestamp, isSidechain: false, ...body })}\n`;
};
const turn = (prompt: string, answer: string): string =>
  record({ type: 'user', message: { role: 'user', content: prompt } }) +
  record({
    type: 'assistant',
    message: { id: `m${n}`, role: 'assistant', content: [{ type: 'text', text: answer }] },
  }) +
  record({ type: 'system', subtype: 'turn_duration', durationMs: 1 });
const said = (found: PastTurn | null): unknown => found && [found.card.prompt, answerOf(found.card)];

it('reads the last turn, and from it the turns before and after', async () => {
  writeFileSync(path, turn('one', 'first') + turn('two', 'second') + turn('three', 'third'));
  const last = await turns.before();
  expect(said(last)).toEqual(['three', 'third']);
  expect(last?.next).toBeNull();
  const middle = await turns.before(last?.at);
  expect(said(middle)).toEqual(['two', 'second']);
  expect(middle?.next).toBe(last?.at);
  const first = await turns.before(middle?.at);
  expect(said(first)).toEqual(['one', 'first']);
  expect(await turns.before(first?.at)).toBeNull();
  expect(said(await turns.at(middle?.at ?? 0))).toEqual(['two', 'second']);
});

it('finds a turn that begins far before the end, behind lines longer than a chunk', async () => {
  writeFileSync(
    path,
    turn('one', 'first') + turn('two', 'x'.repeat(400_000)) + record({ type: 'mode' }).repeat(2_000),
  );
  expect((await turns.before())?.card.prompt).toBe('two');
});

it('shows the end of a turn that is too long to be read whole', async () => {
  writeFileSync(path, turn('one', 'first'));
  appendFileSync(path, record({ type: 'user', message: { role: 'user', content: 'endless' } }));
  const line = record({ type: 'attachment', padding: 'y'.repeat(1_000_000) });
  for (let i = 0; i < 6; i++) appendFileSync(path, line);
  appendFileSync(
    path,
    record({
      type: 'assistant',
      message: { id: 'm', role: 'assistant', content: [{ type: 'text', text: 'the end' }] },
    }),
  );
  expect(said(await turns.before())).toEqual(['', 'the end']);
});

it('has no turns in a file that is missing, empty, or without records', async () => {
  expect(await turns.before()).toBeNull();
  for (const text of ['', '\n\n', 'garbage\n{"type":', 'no end of a line']) {
    writeFileSync(path, text);
    expect(await turns.before()).toBeNull();
  }
  expect(await turns.at(1_000)).toBeNull();
});

it('leaves out an unfinished line at the end', async () => {
  const half = turn('two', 'second').slice(0, 40);
  writeFileSync(path, turn('one', 'first') + half);
  expect(said(await turns.before())).toEqual(['one', 'first']);
});
