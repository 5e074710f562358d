import fc from 'fast-check';
import { anyText } from '../fixtures/arbitrary-card';
import { asTelegramShows, readBack } from '../fixtures/read-back';
import { isRightToLeft, visible } from './visible';

/** V8 needs milliseconds to compile it. Without the lookahead, it compares each character with thousands of emoji. */
const EMOJI = new RegExp('(?=[\\p{Emoji}--[0-9#*]]|[0-9#*]\ufe0f)\\p{RGI_Emoji}', 'gv');

const shown = (text: string): string => visible(text).text;

/** Texts of what is hard: every character that could hide, runs of white space, and emoji. */
const anyHardText = fc
  .array(
    fc.oneof(
      anyText(6),
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom(
        '⟨',
        '⟩',
        '⇥',
        '⟨space⟩',
        '⟨U+202E⟩',
        '×3',
        '\u200d',
        '\ufe0f',
        '\u0301',
        '\u{e0061}',
        '👩',
        '👍',
      ),
      fc.nat(40).map((n) => ' '.repeat(n)),
      fc.nat(12).map((n) => '\n'.repeat(n)),
      fc.nat(12).map((n) => '\t'.repeat(n)),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));

describe('a foreign text that is made visible', () => {
  it.each([
    ['a\u202eb', 'a⟨U+202E⟩b'],
    ['\u200b'.repeat(30), '⟨U+200B×30⟩'],
    ['\u2066\u061c\u200f\u00ad\ufeff\u2060', '⟨U+2066⟩⟨U+061C⟩⟨U+200F⟩⟨U+00AD⟩⟨U+FEFF⟩⟨U+2060⟩'],
    ['\u{e0061}\u{e007f}', '⟨U+E0061⟩⟨U+E007F⟩'],
    ['a\u00a0b\u3000c\u2009d\u3164e\u2800f', 'a⟨U+00A0⟩b⟨U+3000⟩c⟨U+2009⟩d⟨U+3164⟩e⟨U+2800⟩f'],
    ['ls\r\nrm\u001b[2K\b', 'ls⟨U+000D⟩\nrm⟨U+001B⟩[2K⟨U+0008⟩'],
    ['\ud83d and \udc4d', '⟨U+D83D⟩ and ⟨U+DC4D⟩'],
    ['a\ufe0f', 'a⟨U+FE0F⟩'],
    ['👍\u200d👍', '👍⟨U+200D⟩👍'],
    [';\u0338', ';⟨U+0338⟩'],
    ['e\u0301\u0301\u0301\u0301\u0301', 'e\u0301\u0301\u0301⟨U+0301×2⟩'],
    ['A\u030a', 'A⟨U+030A⟩'],
    ['a\ufffcb\u{1d159}c', 'a⟨U+FFFC⟩b⟨U+1D159⟩c'],
    ['a\u{13441}\u{13442}\u2d7f\u{16fe4}', 'a⟨U+13441⟩⟨U+13442⟩⟨U+2D7F⟩⟨U+16FE4⟩'],
  ])('shows characters that would not be seen: %j', (text, expected) => {
    expect(visible(text)).toEqual({ text: expected, isOdd: true });
  });

  it.each([
    ['  ls  ', '⟨space×2⟩ls⟨space×2⟩'],
    ['a \nb', 'a⟨space⟩\nb'],
    [`ls${' '.repeat(40)}; rm`, 'ls⟨space×40⟩; rm'],
    ['a\n\n\n\n\nb', 'a\n⟨newline×3⟩\nb'],
    ['\n\nls\n', '⟨newline×2⟩ls⟨newline⟩'],
    ['\t\tif', '⇥⇥if'],
    ['\t'.repeat(20), '⟨tab×20⟩'],
    ['⟨U+1⟩ ⇥', '⟨U+27E8⟩U+1⟩ ⟨U+21E5⟩'],
  ])('shows white space that could hide something, and its own signs: %j', (text, expected) => {
    expect(visible(text)).toEqual({ text: expected, isOdd: false });
  });

  it('stays as it is where everything can be seen', () => {
    for (const text of [
      'if (a) {\n    b();\n\n\n    c();\n}',
      '👍🏽 👨‍👩‍👧‍👦 🇩🇪 1️⃣ ☺️',
      'é e\u0301 中文 ع हिन्दी ไทย',
    ])
      expect(visible(text)).toEqual({ text, isOdd: false });
  });

  it('can be read back, whatever it was', () => {
    fc.assert(
      fc.property(anyHardText, (text) => {
        expect(readBack(shown(text))).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  it('reaches the phone as it is: Telegram finds nothing to drop, and no two texts look the same', () => {
    fc.assert(
      fc.property(anyHardText, (text) => {
        expect(asTelegramShows(shown(text))).toBe(shown(text));
        const withoutEmoji = shown(text).replace(EMOJI, '');
        // oxlint-disable-next-line no-control-regex -- none of these may be left
        expect(withoutEmoji).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
        expect(withoutEmoji).not.toMatch(/[\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
      }),
      { numRuns: 2_000 },
    );
  });

  it('says when letters run from right to left', () => {
    expect(['rm א', 'ls ع'].map(isRightToLeft)).toEqual([true, true]);
    expect(isRightToLeft('rm -rf ä 中')).toBe(false);
  });
});
