import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ChatMessage } from '@ccbot/sandbox/telegram/model';
import { KernelUnderTest } from '../../fixtures/kernel';

let w: KernelUnderTest;
beforeEach(async () => {
  w = new KernelUnderTest();
  await w.open();
  await w.ready();
});
afterEach(() => w.close());

let n = 0;
function record(content: unknown, type: 'user' | 'assistant' = 'assistant'): void {
  n++;
  const message = type === 'user' ? { role: 'user', content } : { id: `m${n}`, role: 'assistant', content };
  const head = { type, uuid: `past-${n}`, isSidechain: false, timestamp: new Date().toISOString() };
  appendFileSync(w.transcript, `${JSON.stringify({ ...head, message })}\n`);
}
const past = (): ChatMessage | undefined =>
  w.telegram.owner.fromBot().find((m) => m.keyboard.flat().some((b) => b.text === '⬇ Export'));
const buttons = (): string[] =>
  past()
    ?.keyboard.flat()
    .map((b) => b.text) ?? [];
const say = (text: string): number => w.telegram.owner.say(text);
function talk(turns: number): void {
  for (let i = 0; i < turns; i++) {
    record(`question ${i} *as it was*`, 'user');
    record([{ type: 'tool_use', id: `t${i}`, name: 'Bash', input: { command: `npm test ${i}` } }]);
    record([{ type: 'text', text: `answer ${i}: ${'and so on '.repeat(40)}` }]);
  }
}

it('pages through a whole transcript and back, with each piece on one page', async () => {
  talk(30);
  say('/history');
  await w.until(past);
  const seen: string[] = [];
  for (;;) {
    const text = past()?.text ?? '';
    seen.unshift(text);
    if (!buttons().includes('‹ Older')) break;
    w.telegram.owner.tap('‹ Older', past()?.id);
    await w.until(() => past()?.text !== text);
  }
  const whole = seen.join('\n');
  for (let i = 0; i < 30; i++) {
    expect(whole.split(`question ${i} *as it was*`)).toHaveLength(2);
    expect(whole.split(`answer ${i}:`)).toHaveLength(2);
    expect(whole).toContain(`✓ Bash npm test ${i}`);
  }
  expect(seen[0]).toContain('the beginning');
  const first = past()?.text;
  w.telegram.owner.tap('Newer ›', past()?.id);
  await w.until(() => past()?.text !== first);
  expect(past()?.text).toBe(seen[1]);
});

it('sends the whole transcript as a file, with credentials masked', async () => {
  talk(3);
  record([{ type: 'text', text: `the key is ghp_${'a1B2'.repeat(9)}` }]);
  say('/export');
  const sent = await w.until(() => w.said('as Markdown')[0]);
  const text = (sent.media?.file.bytes ?? Buffer.alloc(0)).toString('utf8');
  expect(text).toMatch(/^# demo/);
  expect(text.match(/answer \d:/g)).toHaveLength(3);
  expect(text).toContain('> **You:** question 0 \\*as it was\\*');
  expect(text).not.toContain('ghp_a1B2a1B2');
});

it('says when there is no history yet, and when the transcript is gone', async () => {
  writeFileSync(w.transcript, '');
  say('/history');
  await w.until(() => w.said('has no history yet')[0]);
  rmSync(w.transcript); // an agent creates it with the first prompt
  say('/history');
  await w.until(() => w.said('has no history yet')[1]);
  talk(1);
  await w.until(() => w.said('question 0')[0]);
  rmSync(w.transcript);
  say('/history');
  await w.until(() => w.said('is no longer where its agent stores transcripts')[0]);
  say('/export');
  await w.until(() => w.said('is no longer where its agent stores transcripts').length === 2);
});

it('skips lines that are not records, and shows archived sessions too', async () => {
  appendFileSync(w.transcript, 'garbage\n{"half":\n\n');
  talk(1);
  say('/done');
  await w.until(() => w.said('is done and archived')[0]);
  say('/archive');
  const list = await w.until(() => w.said('Archive')[0]);
  w.telegram.owner.tap('1', list.id);
  await w.until(() => w.said(w.project)[0]);
  w.telegram.owner.tap('📜 History');
  await w.until(past);
  expect(past()?.text).toContain('answer 0');
});

it('shows the newest page when the ends of the others are not known any more', async () => {
  talk(30);
  say('/history');
  await w.until(past);
  const newest = past()?.text;
  w.telegram.owner.tap('‹ Older', past()?.id);
  await w.until(() => past()?.text !== newest);
  w.rooms.settings.set('chat:7', 'history', 'garbage');
  w.telegram.owner.tap('‹ Older', past()?.id);
  await w.until(() => past()?.text === newest);
});
