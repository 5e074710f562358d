import fc from 'fast-check';
import { splitMessage } from '@ccbot/sandbox/telegram/cut';
import type { MessagePart } from '../inbox/model';
import { pasteOf } from './paste';

it('joins the parts as the user wrote them: nothing within a line, a line break or a space elsewhere', () => {
  const parts = (...texts: string[]): MessagePart[] =>
    texts.map((t, i) => ({ messageId: i, at: 0, text: t }));
  const full = 'x'.repeat(4_096);
  expect(pasteOf(parts(full, 'yz'))).toBe(`${full}yz`);
  const lines = `a\n${'x'.repeat(4_010)}`;
  expect(pasteOf(parts(lines, 'yz'))).toBe(`${lines}\nyz`);
  const line = 'x '.repeat(2_025).trim();
  expect(pasteOf(parts(line, 'yz'))).toBe(`${line} yz`);
  const emoji = 'x'.repeat(4_095);
  expect(pasteOf(parts(emoji, '😀'))).toBe(`${emoji}😀`);
});

it('restores any paste, except for white space around the cuts', () => {
  const word = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .map((w) => w.replace(/\s/g, '') || 'w');
  const line = fc.array(word, { minLength: 1, maxLength: 30 }).map((w) => w.join(' '));
  const pasted = fc.array(line, { minLength: 1, maxLength: 400 }).map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(pasted, (whole) => {
      const sent = splitMessage(whole);
      const parts = sent.map((t, i) => ({ messageId: i, at: 0, text: t }));
      expect(pasteOf(parts).replace(/\s/g, '')).toBe(whole.toWellFormed().replace(/\s/g, ''));
    }),
    { numRuns: 50 },
  );
});

it('knows a full part by what was typed or by what was sent: some clients cut before they take marks out', () => {
  const full = (typed: number, sent: number): boolean => {
    const [text, unmarked] = ['x'.repeat(typed), 'x'.repeat(sent)];
    const parts = [
      { messageId: 1, at: 0, text, unmarked },
      { messageId: 2, at: 0, text: 'yz' },
    ];
    return pasteOf(parts) === `${text}yz`;
  };
  expect(full(4_096, 4_080)).toBe(true);
  expect(full(4_110, 4_096)).toBe(true);
  expect(full(4_110, 4_094)).toBe(false);
});
