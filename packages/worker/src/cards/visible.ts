export interface Visible {
  text: string;
  /** It contains invisible, control or direction characters, or accents without a letter. */
  isOdd: boolean;
}

/**
 * Everything that has no look of its own: controls, formats, unassigned and private characters, halves of surrogate
 * pairs, separators, fillers, blanks and variation selectors, and spaces other than the usual one. U+030A, U+0333 and U+033F are
 * here because Telegram drops them; `⟨` and `⇥` are signs of the notation itself.
 */
const HIDDEN =
  // oxlint-disable-next-line no-misleading-character-class -- accents that Telegram drops
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u2800\u2d7f\ufffc\u{13441}\u{13442}\u{16fe4}\u{1d159}\u030a\u0333\u033f]/u;

/** One emoji of several characters, if {@link ONE_EMOJI} agrees. The longest has ten. */
const CLUSTER =
  /(?:[0-9#*]\ufe0f\u20e3|\p{Extended_Pictographic}[\p{Emoji_Modifier}\ufe0f]{0,2}(?:\u200d\p{Extended_Pictographic}[\p{Emoji_Modifier}\ufe0f]{0,2}){0,4})/uy;
const ONE_EMOJI = new RegExp('^\\p{RGI_Emoji}$', 'v');

/** So many different emoji of several characters are looked up in a text (40 µs each); the joiners of more are printed. */
const MOST_EMOJI = 1_000;

/** A longer run would push what follows out of sight. */
const MOST_SPACES = 24;
const MOST_NEWLINES = 3;
const MOST_TABS = 8;

/** The most accents on one letter; more would cover what is beside it. */
const MOST_MARKS = 3;

type Kind = 'hidden' | 'sign' | 'mark' | 'letter' | 'picture' | 'other';

/** The state of a scan: the result so far, and what decides about the next character. */
interface Scan {
  readonly text: string;
  /** What is known of characters and of emoji: to look at one again would take long. */
  readonly kinds: Map<number, Kind>;
  readonly emoji: Map<string, boolean>;
  out: string;
  /** Accents on the letter before; the most when there is no letter. */
  marks: number;
  isOdd: boolean;
}

/**
 * Makes every character of a foreign text visible, so that what is read on the phone is what the text contains. A
 * character that would not be seen, or that Telegram drops or replaces, is printed as `⟨U+202E⟩`, a run of it as
 * `⟨U+200B×30⟩`. `⟨space×40⟩`, `⟨newline×5⟩` and `⟨tab×12⟩` stand for white space that would push text out of sight or
 * that has no visible end; a short run of tabs is `⇥⇥`. The signs `⟨` and `⇥` are printed as their numbers, so the text
 * can be read back without doubt. Linear.
 */
export function visible(text: string): Visible {
  const scan: Scan = {
    text,
    kinds: new Map(),
    emoji: new Map(),
    out: '',
    marks: MOST_MARKS,
    isOdd: false,
  };
  let from = 0;
  for (let at = 0; at < text.length;) {
    const unit = text.charCodeAt(at);
    if (unit > 0x20 && unit < 0x7f && !isKeycap(text, unit, at)) {
      scan.marks = isLetterOrDigit(unit) ? 0 : MOST_MARKS;
      at++;
      continue;
    }
    const end =
      unit === 0x20 || unit === 9 || unit === 10 ? whiteSpace(scan, at, from) : character(scan, at, from);
    if (end.isReplaced) from = end.at;
    at = end.at;
  }
  return { text: scan.out + text.slice(from), isOdd: scan.isOdd };
}

/** Where the scan continues, and whether what it passed was replaced. */
interface Passed {
  at: number;
  isReplaced: boolean;
}

function replace(scan: Scan, from: number, at: number, end: number, by: string): Passed {
  if (at > from) scan.out += scan.text.slice(from, at);
  scan.out += by;
  return { at: end, isReplaced: true };
}

function whiteSpace(scan: Scan, at: number, from: number): Passed {
  const { text } = scan;
  const unit = text.charCodeAt(at);
  let end = at + 1;
  while (text.charCodeAt(end) === unit) end++;
  const count = end - at;
  const isAtStart = at === 0;
  const isAtEnd = end === text.length;
  scan.marks = MOST_MARKS;
  if (unit === 9) {
    return replace(scan, from, at, end, count <= MOST_TABS ? '⇥'.repeat(count) : token('tab', count));
  }
  if (unit === 0x20) {
    const isSeen = !isAtStart && !isAtEnd && text.charCodeAt(end) !== 10 && count <= MOST_SPACES;
    return isSeen ? { at: end, isReplaced: false } : replace(scan, from, at, end, token('space', count));
  }
  if (isAtStart || isAtEnd) return replace(scan, from, at, end, token('newline', count));
  if (count <= MOST_NEWLINES) return { at: end, isReplaced: false };
  return replace(scan, from, at, end, `\n${token('newline', count - 2)}\n`);
}

function character(scan: Scan, at: number, from: number): Passed {
  const { text } = scan;
  const code = text.codePointAt(at) ?? 0;
  const kind = kindOf(scan, code);
  const end = at + (code > 0xffff ? 2 : 1);
  const before = scan.marks;
  scan.marks = kind === 'letter' ? 0 : kind === 'mark' ? before + 1 : MOST_MARKS;
  switch (kind) {
    case 'sign':
      return replace(scan, from, at, end, token(nameOf(code), 1));
    case 'hidden':
      return numbered(scan, at, from, code);
    case 'mark':
      if (before < MOST_MARKS) return { at: end, isReplaced: false };
      scan.marks = MOST_MARKS;
      return numbered(scan, at, from, code);
    case 'letter':
    case 'other':
      // A digit may be the start of a keycap.
      return { at: code > 0x7f ? end : Math.max(end, emojiEnd(scan, at)), isReplaced: false };
    case 'picture':
      return { at: Math.max(end, emojiEnd(scan, at)), isReplaced: false };
  }
}

/** Prints a run of one character as its number. */
function numbered(scan: Scan, at: number, from: number, code: number): Passed {
  const { text } = scan;
  const width = code > 0xffff ? 2 : 1;
  let end = at + width;
  while (text.codePointAt(end) === code) end += width;
  scan.isOdd = true;
  return replace(scan, from, at, end, token(nameOf(code), (end - at) / width));
}

/** The end of the emoji that starts at `at`; 0: none of several characters does. */
function emojiEnd({ text, emoji }: Scan, at: number): number {
  CLUSTER.lastIndex = at;
  const cluster = CLUSTER.exec(text)?.[0] ?? '';
  let isEmoji = emoji.get(cluster);
  if (isEmoji === undefined) {
    isEmoji = emoji.size < MOST_EMOJI && ONE_EMOJI.test(cluster);
    if (emoji.size < MOST_EMOJI) emoji.set(cluster, isEmoji);
  }
  return isEmoji ? at + cluster.length : 0;
}

function isKeycap(text: string, unit: number, at: number): boolean {
  const isKey = (unit >= 0x30 && unit <= 0x39) || unit === 0x23 || unit === 0x2a;
  return isKey && text.charCodeAt(at + 1) === 0xfe0f;
}

function kindOf({ kinds }: Scan, code: number): Kind {
  const known = kinds.get(code);
  if (known !== undefined) return known;
  const letter = String.fromCodePoint(code);
  const kind = newKindOf(letter);
  kinds.set(code, kind);
  return kind;
}

function newKindOf(letter: string): Kind {
  if (letter === '⟨' || letter === '⇥') return 'sign';
  if (HIDDEN.test(letter)) return 'hidden';
  if (/\p{M}/u.test(letter)) return 'mark';
  if (/[\p{L}\p{N}]/u.test(letter)) return 'letter';
  return /\p{Extended_Pictographic}/u.test(letter) ? 'picture' : 'other';
}

function isLetterOrDigit(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0x30 && unit <= 0x39);
}

function token(name: string, count: number): string {
  return count === 1 ? `⟨${name}⟩` : `⟨${name}×${count}⟩`;
}

function nameOf(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Letters of scripts that are written from right to left. They move what stands between them, without any mark. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

export function isRightToLeft(text: string): boolean {
  return RIGHT_TO_LEFT.test(text);
}
