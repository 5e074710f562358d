import fc from 'fast-check';
import type { Keystroke } from '../model';
import { typingSteps } from './typing';

const stepsOf = (...keys: Keystroke[]) => typingSteps('%1', 'ccbot-s1', keys);

it('makes a single sequence of everything up to a pause', () => {
  const steps = stepsOf(
    { kind: 'text', text: 'a' },
    { kind: 'key', key: 'Enter' },
    { kind: 'pause', ms: 30 },
    { kind: 'paste', text: 'b\nc' },
  );
  expect(steps.map((s) => (s.kind === 'pause' ? s.ms : s.commands.map((c) => c[0])))).toEqual([
    ['send-keys', 'send-keys'],
    30,
    ['set-buffer', 'paste-buffer'],
  ]);
});

it('sets a mark in the same sequence as the first key, or alone', () => {
  const names = (keys: Keystroke[]) =>
    typingSteps('%1', 'ccbot-s1', keys, { as: 'typed', value: 'm' }).map((s) =>
      s.kind === 'pause' ? s.ms : s.commands.map((c) => c[0]),
    );
  expect(
    names([
      { kind: 'key', key: 'i' },
      { kind: 'pause', ms: 5 },
    ]),
  ).toEqual([['set-option', 'send-keys'], 5]);
  expect(names([{ kind: 'pause', ms: 5 }])).toEqual([['set-option'], 5]);
  expect(names([])).toEqual([['set-option']]);
});

it('has nothing to run for no keystrokes', () => {
  expect(stepsOf()).toEqual([]);
  expect(stepsOf({ kind: 'text', text: '' }, { kind: 'paste', text: '' })).toEqual([]);
});

it('names the buffer of each paste differently, and lists the names', () => {
  const [step] = stepsOf({ kind: 'paste', text: 'a' }, { kind: 'paste', text: 'b' });
  expect(step?.kind === 'commands' && step.buffers).toEqual(['ccbot-s1-0', 'ccbot-s1-1']);
});

it('cuts long texts into pieces that add up to the text and split no surrogate pair', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.integer({ min: 1, max: 4_000 }),
      (unit, n) => {
        const text = unit.repeat(n);
        const pieces = stepsOf({ kind: 'text', text }).flatMap((s) =>
          s.kind === 'commands' ? s.commands.map((c) => c.at(-1) ?? '') : [],
        );
        expect(pieces.join('')).toBe(text);
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(8_000);
          expect(piece.isWellFormed()).toBe(text.isWellFormed());
        }
      },
    ),
    { numRuns: 50 },
  );
});
