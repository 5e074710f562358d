import { codeBlock, codeSpan } from './code-marks';
import { readEntities, type Entity, type Literal, type MarkKind, type Quote, type Span } from './entities';
import { joinCutMarks } from './join-cut-marks';
import { blockEdges, linkMark, markEdges } from './mark-edges';

/** The marks that clients read, in the order of nesting, the outermost first. Nobody can type an underline. */
const MARKS: Readonly<Record<MarkKind, readonly [open: string, close: string]>> = {
  bold: ['**', '**'],
  italic: ['__', '__'],
  underline: ['<u>', '</u>'],
  strikethrough: ['~~', '~~'],
  spoiler: ['||', '||'],
};
const RANKS: readonly string[] = [...Object.keys(MARKS), 'link'];

interface Layout {
  readonly text: string;
  readonly literals: readonly Literal[];
  readonly spans: readonly Span[];
}

/**
 * Gives a text its marks back, as Markdown: Telegram's clients make entities of what a user typed, and take the marks out
 * of the text. `entities`: as Telegram sent them; whatever is wrong with one leaves the text of the user as it is.
 *
 * A text comes back as it was typed, unless a client changed more than the marks: it puts a code block on lines of its
 * own, trims, and joins equal marks that touch.
 */
export function restoreMarks(text: string, entities: unknown): string {
  const read = readEntities(entities, text);
  if (read.length === 0) return text;
  const literals = literalsOf(read, text);
  const quotes = quotesOf(read, literals, text);
  const walls = [...quotes, ...literals.filter(({ kind }) => kind === 'pre')];
  const spans = joinCutMarks(
    text,
    read.filter(isSpan).flatMap((span) => outsideCode(span, literals)),
    literals,
  ).flatMap((span) => piecesOf(span, walls, text));
  const layout: Layout = { text, literals, spans };
  let restored = '';
  let at = 0;
  for (const { start, end } of quotes) {
    restored = onNewLine(restored + render(layout, at, start));
    restored += render(layout, start, end).replace(/^/gm, '> ');
    at = end;
    // The next line would be read as a part of the quote.
    if (/^\n?[^\n]/.test(text.slice(at, at + 2))) restored += text[at] === '\n' ? '\n' : '\n\n';
  }
  return restored + render(layout, at, text.length);
}

const isLiteral = (entity: Entity): entity is Literal => entity.kind === 'pre' || entity.kind === 'code';
const isQuote = (entity: Entity): entity is Quote => entity.kind === 'quote';
const isSpan = (entity: Entity): entity is Span => !isLiteral(entity) && !isQuote(entity);

function literalsOf(read: readonly Entity[], text: string): Literal[] {
  const edgesOf = (code: Literal) => (code.kind === 'pre' ? blockEdges : markEdges)(text, code);
  return apart(read.filter(isLiteral).map((code) => ({ ...code, ...edgesOf(code) })));
}

/** Quotes that do not cut code. A line break at the end ends the quote. */
function quotesOf(read: readonly Entity[], literals: readonly Literal[], text: string): Quote[] {
  return apart(read.filter(isQuote))
    .map((quote) => ({ ...quote, end: quote.start + text.slice(quote.start, quote.end).trimEnd().length }))
    .filter(({ start, end }) => end > start)
    .filter((quote) => !literals.some((code) => cuts(quote, code)));
}

/** Leaves out what overlaps an earlier one. */
function apart<E extends Entity>(sorted: readonly E[]): E[] {
  const kept: E[] = [];
  for (const entity of sorted) if (entity.start >= (kept.at(-1)?.end ?? 0)) kept.push(entity);
  return kept;
}

/** Whether an end of the one is inside the other. */
function cuts(a: Entity, b: Entity): boolean {
  const isInside = (at: number): boolean => at > b.start && at < b.end;
  return isInside(a.start) || isInside(a.end);
}

/** The parts of a span between code blocks and quotes, and within quotes. */
function piecesOf(span: Span, walls: readonly Entity[], text: string): Span[] {
  const inner = walls
    .flatMap(({ start, end }) => [start, end])
    .filter((at) => at > span.start && at < span.end);
  const places = [...new Set([span.start, ...inner, span.end])].sort((a, b) => a - b);
  return places.flatMap((start, i): Span[] => {
    const end = places[i + 1];
    const isInBlock = walls.some((wall) => wall.kind === 'pre' && start >= wall.start && start < wall.end);
    if (end === undefined || isInBlock) return [];
    const edges = markEdges(text, { ...span, start, end });
    return edges === null ? [] : [{ ...span, ...edges }];
  });
}

/** A span without the code that it covers only in part. */
function outsideCode(span: Span, literals: readonly Literal[]): Span[] {
  const covers = (at: number) => literals.find((code) => at > code.start && at < code.end);
  const start = covers(span.start)?.end ?? span.start;
  const end = covers(span.end)?.start ?? span.end;
  // All of it is code, or the code is all of it: that may be bold, too.
  const isInCode = literals.some((code) => code.start <= start && code.end >= end);
  const isCode = literals.some((code) => code.start === start && code.end === end);
  return start < end && (!isInCode || isCode) ? [{ ...span, start, end }] : [];
}

/** A place where marks stand: what ends there comes first, the innermost first, then what begins, the outermost first. */
interface Event {
  readonly at: number;
  readonly opens: boolean;
  /** Where the other end is. */
  readonly other: number;
  readonly rank: number;
  readonly mark: string;
}

function render({ text, literals, spans }: Layout, from: number, to: number): string {
  const isHere = ({ start, end }: Entity): boolean => start >= from && end <= to;
  const events = spans.filter(isHere).flatMap((span) => eventsOf(span, text));
  events.sort(compareEvents);
  let out = '';
  let at = from;
  let next = 0;
  const copyTo = (end: number): void => {
    for (let event = events[next]; event !== undefined && event.at <= end; event = events[++next]) {
      out += text.slice(at, event.at) + event.mark;
      at = event.at;
    }
    out += text.slice(at, end);
    at = end;
  };
  for (const literal of literals.filter(isHere)) {
    copyTo(literal.start);
    out = literal.kind === 'pre' ? onNewLine(out) : out;
    out += markedCode(literal, text);
    at = literal.end;
    if (literal.kind === 'pre' && at < to && text[at] !== '\n') out += '\n';
  }
  copyTo(to);
  return out;
}

function eventsOf(span: Span, text: string): Event[] {
  const { start, end } = span;
  const marks = span.kind === 'link' ? linkMark(text.slice(start, end), span.url) : MARKS[span.kind];
  if (marks === null) return [];
  const rank = RANKS.indexOf(span.kind);
  return [
    { at: start, opens: true, other: end, rank, mark: marks[0] },
    { at: end, opens: false, other: start, rank, mark: marks[1] },
  ];
}

function compareEvents(a: Event, b: Event): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.opens !== b.opens) return a.opens ? 1 : -1;
  return b.other - a.other || (a.opens ? a.rank - b.rank : b.rank - a.rank);
}

function markedCode(literal: Literal, text: string): string {
  const { start, end } = literal;
  const code = text.slice(start, end);
  if (literal.kind === 'pre') return codeBlock(code, literal.language);
  return codeSpan(code, text.slice(text.lastIndexOf('\n', start - 1) + 1, start));
}

const onNewLine = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
