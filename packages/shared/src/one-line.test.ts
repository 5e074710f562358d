import fc from 'fast-check';
import { cut, oneLine } from './one-line';

describe('a text on one line', () => {
  it('has a space for each run of white space, at neither end', () => {
    expect(oneLine('  one\r\n\ttwo\u2028 three\u00a0\n')).toBe('one two three');
  });

  it('has no control, bidirectional or invisible characters', () => {
    expect(oneLine('a\u0000b\u001b[1mc\u202ed\u2066e\u200bf\ufeffg\u00adh')).toBe('a b [1mc d e f g h');
    expect(oneLine('a\ud800b').isWellFormed()).toBe(true);
  });

  it('keeps emoji whole that are joined from several', () => {
    for (const emoji of ['👨‍👩‍👧', '👩🏽‍💻', '❤️‍🔥']) expect(oneLine(`a ${emoji} b`)).toBe(`a ${emoji} b`);
    expect(oneLine('a\u200db')).toBe('a b');
  });

  it('is cut at its maximum, and not without one', () => {
    expect(oneLine('x'.repeat(10), 10)).toBe('x'.repeat(10));
    expect(oneLine('x'.repeat(11), 10)).toBe(`${'x'.repeat(9)}…`);
    expect(oneLine('x'.repeat(10_000))).toHaveLength(10_000);
  });
});

it('never cuts inside a character', () => {
  for (let max = 2; max < 10; max++) {
    const text = cut(`x${'🙂'.repeat(20)}`, max);
    expect(text.isWellFormed()).toBe(true);
    expect(text.length).toBeLessThanOrEqual(max);
    expect(oneLine('🙂'.repeat(20), max).isWellFormed()).toBe(true);
  }
});

it('folds a text of ASCII as it folds any other', () => {
  const units = fc.constantFrom(' ', '\n', '\t', '\0', '\x1f', '\x7f', 'a', '~');
  fc.assert(
    fc.property(fc.array(units, { maxLength: 40 }), (chosen) => {
      const ascii = `${chosen.join('')}.`;
      expect(`${oneLine(ascii)}é`).toBe(oneLine(`${ascii}é`));
    }),
  );
});
