import { lazy } from './lazy';

/** Marks where a text was cut. */
const CUT = '…';

/** How much of a long text is read for each unit that is shown: the rest may be folded. */
const READ_AHEAD = 2;

/**
 * White space, control, bidirectional and invisible characters, and halves of surrogate pairs. Not the joiner between
 * the pictures of one emoji, such as a family. Made for the first text that needs it, as it loads the tables of Unicode.
 */
const foldedUnicode = lazy(
  () =>
    /(?:[\p{Cc}\p{Cs}\p{Z}]|(?!(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d\p{Extended_Pictographic})\p{Cf})+/gu,
);

/**
 * Puts a text on one line: what ends a line, is invisible, or changes the direction of writing becomes a space. `max`:
 * the most UTF-16 units, `…` included; absent: the text is not cut.
 */
export function oneLine(text: string, max?: number): string {
  if (max === undefined) return folded(text);
  return cut(folded(text.slice(0, max * READ_AHEAD)), max);
}

/** Cuts a text to `max` UTF-16 units, `…` included, and never inside a character. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = max - CUT.length;
  const isInPair = /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(end - 1, end + 1));
  return `${text.slice(0, isInPair ? end - 1 : end)}${CUT}`;
}

/** The same in a text of ASCII, where a run of more than one space is all that a single space is not. */
// oxlint-disable-next-line no-control-regex -- these are what must go
const FOLDED_ASCII = /[\0-\x1f\x7f][\0-\x20\x7f]*| [\0-\x20\x7f]+/g;

const BEYOND_ASCII = /[^\0-\x7f]/;

function folded(text: string): string {
  return text.replace(BEYOND_ASCII.test(text) ? foldedUnicode() : FOLDED_ASCII, ' ').trim();
}
