import type { Entity } from './entities';

/** Where the marks of an entity stand in the text. */
export interface Edges {
  start: number;
  end: number;
}

/**
 * Marks belong around words. Telegram takes white space out at the start of an entity and leaves it at the end: of a word
 * that was selected with the space behind it, and of any mark that an iPhone read. Spaces were typed within the marks if
 * there are spaces outside as well, as in `2 ** 3 ** 4`, or if the marks are no marks but code, as in `f(*a, **b): g(*a, **b)`.
 * Null: there is only white space.
 */
export function markEdges(text: string, { start, end, kind }: Entity): Edges | null {
  let from = start;
  let to = end;
  while (from < to && isSpace(text[from])) from++;
  while (to > from && isSpace(text[to - 1])) to--;
  if (from === to) return null;
  if (kind === 'link') return { start: from, end: to };
  const isSpaced = from >= 2 && text.slice(from - 2, from) === '  ' && text.slice(to, to + 2) === '  ';
  if (isSpaced) return { start: from - 1, end: to + 1 };
  const isInWord = start > 0 && !isSpace(text[start - 1]);
  if (isInWord || isPieceOfCode(text.slice(from, to), to < end))
    return { start: from, end: text.slice(to, end).includes('\n') ? to : end };
  return { start: from, end: to === end && to - from > 1 && isTakenIn(text, to, kind) ? to - 1 : to };
}

/** Whether a text between two marks is none that anybody would mark: it was code, and the marks belong to it. */
function isPieceOfCode(text: string, isSpaced: boolean): boolean {
  return !hasPairs(text) || (isSpaced && /[,=(]$/.test(text));
}

/**
 * Whether the last sign before `end` stood behind the mark: an iPhone marks the sign behind a word as well. Certain is
 * that of `__init__.py`. A comma, and the period behind a word of code, are hardly ever meant; what ends a sentence in
 * bold may be.
 */
function isTakenIn(text: string, end: number, kind: Entity['kind']): boolean {
  const last = text[end - 1] ?? '';
  if (last === ',') return true;
  const isLetter = (sign = ''): boolean => /[\p{L}\p{N}_]/u.test(sign);
  if (/[.:?!;]/.test(last) && isLetter(text[end])) return true;
  return kind === 'code' && last === '.' && isLetter(text[end - 2]);
}

/** A block begins with its line: Telegram takes the indentation of its first line out of the entity. */
export function blockEdges(text: string, { start, end }: Entity): Edges {
  const line = text.lastIndexOf('\n', start - 1) + 1;
  return { start: start > 0 && text.slice(line, start).trim() === '' ? line : start, end };
}

function isSpace(sign = ''): boolean {
  return /\s/.test(sign);
}

/** The marks around the text of a link; null: the text is its address already. */
export function linkMark(label: string, url: string): readonly [open: string, close: string] | null {
  if (bare(label) === bare(url)) return null;
  const address = url.replace(/[\s<>\\]/g, (sign) => encodeURIComponent(sign));
  return ['[', hasPairs(address) ? `](${address})` : `](<${address}>)`];
}

const bare = (address: string): string => {
  const text = address
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '');
  return text.endsWith('/') ? text.slice(0, -1) : text;
};

/** Whether every parenthesis has its other half. */
function hasPairs(text: string): boolean {
  let open = 0;
  for (const sign of text) {
    if (sign === '(') open++;
    else if (sign === ')' && --open < 0) return false;
  }
  return open === 0;
}
