import { eastAsianWidth } from 'get-east-asian-width';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Characters that may join others in one grapheme, or change its width. Finding graphemes is slow. */
const JOINED =
  /[\p{M}\p{Cf}\p{Cc}\p{Emoji_Modifier}\p{Regional_Indicator}\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb]/u;

/** The columns of `text` in a monospace font: two for wide East Asian characters and for emoji. */
export function columnsOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let columns = 0;
  if (!JOINED.test(text)) {
    for (const character of text) columns += eastAsianWidth(character.codePointAt(0) ?? 0x20);
    return columns;
  }
  for (const { segment } of graphemes.segment(text)) columns += columnsOfGrapheme(segment);
  return columns;
}

function columnsOfGrapheme(grapheme: string): number {
  if (/^[\p{Cf}\p{Cc}\p{M}\ufe00-\ufe0f]+$/u.test(grapheme)) return 0;
  // A flag, a keycap, and a character with the variation selector for emoji are as wide as an emoji.
  if (/\p{Emoji_Presentation}|\ufe0f/u.test(grapheme)) return 2;
  return eastAsianWidth(grapheme.codePointAt(0) ?? 0x20);
}
