import fc from 'fast-check';
import { graphemeBorder, maskedLine } from './clean';

const PIECES = ['a', 'Z', ' ', '\r', '\n', '~', 'é', 'e\u0301', '👩‍👩‍👧', '🇩🇪', '한', '\u200d', '\u0301'];
const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join(''));

it('finds the same border as the segmenter, whatever is beside it', () => {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  fc.assert(
    fc.property(text, fc.nat(60), (whole, wanted) => {
      const at = Math.min(wanted, whole.length);
      const starts = [...segmenter.segment(whole)].map(({ index }) => index);
      const expected = [...starts, whole.length].findLast((start) => start <= at) ?? 0;
      if (expected > 0) expect(graphemeBorder(whole, 0, at)).toBe(expected);
    }),
  );
});

it('puts any white space of a line into one space', () => {
  const spaces = fc.constantFrom(' ', '\n', '\t', '\u00a0', '\u3000', 'a', 'é');
  fc.assert(
    fc.property(fc.array(spaces, { maxLength: 40 }), (units) => {
      const whole = units.join('');
      expect(maskedLine(whole, Infinity)).toBe(whole.replace(/\s+/g, ' ').trim());
    }),
  );
});
