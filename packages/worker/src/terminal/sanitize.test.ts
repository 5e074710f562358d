import fc from 'fast-check';
import { typeable } from './sanitize';

it.each([
  ['a\r\nb\rc\nd', 'a\nb\nc\nd'],
  ['tab\tstays', 'tab\tstays'],
  ['smuggled\u001b[201~\rrm -rf ~\r', 'smuggled\nrm -rf ~\n'],
  ['c1\u009b201~end', 'c1end'],
  ['colour \u001b[1;31mred\u001b[0m', 'colour red'],
  ['title \u001b]0;x\u0007y', 'title y'],
  ['title \u001b]0;x\u001b\\y', 'title y'],
  ['dcs \u001bPq#0\u001b\\y', 'dcs y'],
  ['a\u0000b\u0003c\u0004d\u007fe\u0085f', 'abcdef'],
  ['split \u001b[20\u001b[201~1~', 'split 201~'],
  ['half \ud83c and \udf89', 'half \ufffd and \ufffd'],
  ['whole 🎉 你好 é', 'whole 🎉 你好 é'],
  ['\u001b', ''],
])('makes %j typeable', (text, expected) => {
  expect(typeable(text)).toBe(expected);
});

const awkward = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\u001b', '[', ']', '2', '0', '1', '~', ';', '\r', '\n', '\t', '\u0007', '\u009b', '\u009c', '\\', 'P'), // oxfmt-ignore
    fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
});

it('leaves no control character except tab and newline, and no half of a surrogate pair', () => {
  fc.assert(
    fc.property(awkward, (text) => {
      const typed = typeable(text);
      expect([...typed].filter((c) => /[\0-\x08\x0b-\x1f\x7f-\x9f]/.test(c))).toEqual([]); // oxlint-disable-line no-control-regex
      expect(typed.isWellFormed()).toBe(true);
    }),
  );
});

it('changes nothing the second time', () => {
  fc.assert(fc.property(awkward, (text) => typeable(typeable(text)) === typeable(text)));
});

it('leaves text without control characters unchanged', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      fc.pre(!/[\0-\x08\x0b-\x1f\x7f-\x9f]/.test(text)); // oxlint-disable-line no-control-regex
      expect(typeable(text)).toBe(text);
    }),
  );
});

it('takes time in proportion to the text', () => {
  const half = '\u001b]'.repeat(50_000) + '\u001b['.repeat(50_000);
  expect(typeable(half)).not.toContain('\u001b');
});
