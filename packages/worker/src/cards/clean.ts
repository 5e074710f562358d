import { lazy } from '@ccbot/shared/lazy';
import { maskText } from './redact/secrets';

/** Finds the borders of graphemes (what a reader sees as one character). */
const graphemes = lazy(() => new Intl.Segmenter('en', { granularity: 'grapheme' }));

/** How many UTF-16 units before a cut a grapheme may start; only stacked accents are longer. */
const GRAPHEME_WINDOW = 128;

/**
 * Text that Telegram takes: lines end with `\n`, without control characters and halves of surrogate pairs (a request with
 * one is not valid UTF-8).
 */
export function cleanText(text: string): string {
  return (UNCLEAN.test(text) ? withoutControls(text) : text).toWellFormed();
}

// oxlint-disable-next-line no-control-regex -- these are what must go
const UNCLEAN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/;

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Unit by unit: `replace` takes ten times as long for a text that consists of such characters. */
function withoutControls(text: string): string {
  const units = new Uint16Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === RETURN) {
      units[length++] = NEWLINE;
      if (text.charCodeAt(at + 1) === NEWLINE) at++;
    } else if (unit === 0x2028 || unit === 0x2029) units[length++] = NEWLINE;
    else if (!isControl(unit)) units[length++] = unit;
  }
  return Buffer.from(units.buffer, 0, length * 2).toString('utf16le');
}

function isControl(unit: number): boolean {
  return (unit < 0x20 && unit !== TAB && unit !== NEWLINE) || (unit >= 0x7f && unit <= 0x9f);
}

/** The most UTF-16 units of a line that is not cut: what is longer is no line to read. */
const UNCUT_MAX = 16_384;

/**
 * One line of at most `max` UTF-16 units, with `…` where it was cut. Credentials are masked before the cut: half of one would
 * not be recognized later. Marks that change the direction of writing are left out: they would affect the rest of the line.
 */
export function maskedLine(text: string, max: number): string {
  const line = maskText(cleanText(text.slice(0, Math.min(max, UNCUT_MAX) * 8)))
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/ \s+|[^\S ]\s*/g, ' ') // not each single space
    .trim();
  if (line.length <= max) return line;
  return `${line.slice(0, graphemeBorder(line, 0, max - 1)).trimEnd()}…`;
}

/**
 * The last border between two graphemes of `text` after `after` and not after `at`. A border between two characters where one
 * grapheme is longer than that.
 */
export function graphemeBorder(text: string, after: number, at: number): number {
  if (at >= text.length) return text.length;
  // Between two letters of ASCII there is always a border; the segmenter takes ten times as long as the rest of a line.
  if (at > after && isVisibleAscii(text.charCodeAt(at - 1)) && isVisibleAscii(text.charCodeAt(at))) return at;
  const from = characterBorder(text, Math.max(after, at - GRAPHEME_WINDOW));
  const segment = graphemes()
    .segment(text.slice(from, at + GRAPHEME_WINDOW))
    .containing(at - from);
  const border = from + (segment?.index ?? 0);
  if (border > after) return border;
  const character = characterBorder(text, at);
  return character > after ? character : Math.min(text.length, after + 2);
}

const isVisibleAscii = (unit: number): boolean => unit >= 0x20 && unit < 0x7f;

function characterBorder(text: string, at: number): number {
  const inPair = isLow(text.charCodeAt(at)) && isHigh(text.charCodeAt(at - 1));
  return inPair ? at - 1 : at;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** Whether Telegram would see `text` as empty: only white space and invisible characters. */
export function isBlank(text: string): boolean {
  return !/[^\s\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\u2800]/u.test(text);
}
