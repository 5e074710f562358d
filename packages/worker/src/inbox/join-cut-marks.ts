import type { Literal, Span } from './entities';

/** The most spaces between the pieces of a mark, for a mark has no more at its end. */
const GAP_MAX = 8;

/**
 * Joins what Telegram cut: it splits a mark where another one begins, where they would cross, and around code, which it
 * leaves without any mark. Equal marks that touch were one mark, or nobody can tell any more.
 */
export function joinCutMarks(text: string, spans: readonly Span[], literals: readonly Literal[]): Span[] {
  const code = literals.filter(({ kind }) => kind === 'code');
  const result: Span[] = [];
  for (const kind of new Set(spans.map((span) => span.kind))) {
    let last: Span | undefined;
    for (const span of spans) {
      if (span.kind !== kind) continue;
      const isNext = last === undefined || !belongsTo(text, last, span, code);
      if (isNext) result.push((last = { ...span }));
      else if (last !== undefined && kind !== 'link') last.end = Math.max(last.end, span.end);
    }
  }
  return result.map((span) => overLastCode(text, span, code));
}

function belongsTo(text: string, last: Span, { kind, start }: Span, code: readonly Literal[]): boolean {
  // The text of a link ends where Telegram says.
  if (kind === 'link' || start <= last.end) return kind === 'link' ? start < last.end : true;
  const reached = code.reduce((at, { start: from, end }) => (isGap(text, at, from) ? end : at), last.end);
  return touchesCode(last, code) && isGap(text, reached, start) && (reached === start || isOpen(text, last));
}

/** A mark that ends with the space in front of code went on in the code. */
function overLastCode(text: string, span: Span, code: readonly Literal[]): Span {
  const last = code.find(({ start }) => start === span.end);
  return last !== undefined && span.kind !== 'link' && isOpen(text, span) ? { ...span, end: last.end } : span;
}

const touchesCode = ({ end }: Span, code: readonly Literal[]): boolean =>
  code.some(({ start }) => start === end);

const isOpen = (text: string, { start, end }: Span): boolean =>
  /[^\S\n]/.test(text.slice(start, end).slice(-1));

/** Whether there is nothing but a few spaces between two places. */
function isGap(text: string, from: number, to: number): boolean {
  return to >= from && to - from <= GAP_MAX && /^[^\S\n]*$/.test(text.slice(from, to));
}
