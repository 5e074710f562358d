import type { MessageEntity } from './model';

/** A text as a client sends it: without the marks that its user typed. */
export interface MarkedText {
  text: string;
  entities: MessageEntity[];
}

/** Marks that a client reads outside code, in this order, on one line each. */
const PATTERNS: readonly (readonly [type: string, pattern: RegExp])[] = [
  ['bold', /\*\*(.+?)\*\*/],
  ['italic', /__(.+?)__/],
  ['spoiler', /\|\|(.+?)\|\|/],
  ['strikethrough', /~~(.+?)~~/],
];

/** A code block: its language is the rest of the first line. */
const LANGUAGE = /^([\w+#-]*)\n/;

/**
 * Takes the marks out of a text as the client for Android does, the least careful one: it looks for pairs, and not at
 * what stands beside them.
 */
export function readMarks(typed: string): MarkedText {
  const marked = withoutCodeMarks(typed);
  for (const [type, pattern] of PATTERNS) takePairs(marked, type, pattern);
  return passedOn(marked);
}

/** Backticks come first: nothing in code is a mark. */
function withoutCodeMarks(typed: string): MarkedText {
  const marked: MarkedText = { text: '', entities: [] };
  let at = 0;
  for (;;) {
    const start = typed.indexOf('`', at);
    if (start < 0) break;
    const fence = typed.startsWith('```', start) ? '```' : '`';
    const found = typed.indexOf(fence, start + fence.length);
    if (found < 0) break;
    // The last backticks of a run are the mark, the others belong to the code.
    let end = found;
    while (typed[end + fence.length] === '`') end++;
    const code = typed.slice(start + fence.length, end);
    marked.text += typed.slice(at, start);
    at = end + fence.length;
    if (code === '') marked.text += typed.slice(start, at);
    else if (fence === '`') addEntity(marked, code, { type: 'code' });
    else at = addBlock(marked, code, typed, at);
  }
  marked.text += typed.slice(at);
  return marked;
}

/** A block has lines of its own. Returns where the text continues. */
function addBlock(marked: MarkedText, code: string, typed: string, at: number): number {
  if (marked.text !== '' && !marked.text.endsWith('\n')) marked.text = `${marked.text.trimEnd()}\n`;
  const [first = '', language = ''] = LANGUAGE.exec(code) ?? [];
  const content = code.slice(first.length).replace(/\n$/, '');
  addEntity(marked, content, { type: 'pre', ...(language === '' ? {} : { language }) });
  if (at >= typed.length || typed[at] === '\n') return at;
  marked.text += '\n';
  return typed[at] === ' ' ? at + 1 : at;
}

function addEntity(marked: MarkedText, content: string, fields: { type: string; language?: string }): void {
  marked.entities.push({ ...fields, offset: marked.text.length, length: content.length });
  marked.text += content;
}

/** Takes out one kind of mark and moves the entities behind it. */
function takePairs(marked: MarkedText, type: string, pattern: RegExp): void {
  let from = 0;
  for (;;) {
    const match = pattern.exec(marked.text.slice(from));
    if (match === null) return;
    const [whole, content = ''] = match;
    const start = from + match.index;
    const end = start + whole.length;
    const isInCode = marked.entities.some(
      ({ type: other, offset, length }) =>
        (other === 'pre' || other === 'code') &&
        ((start < offset + length && start + 2 > offset) || (end - 2 < offset + length && end > offset)),
    );
    from = isInCode ? end : start + content.length;
    if (isInCode) continue;
    marked.text = marked.text.slice(0, start) + content + marked.text.slice(end);
    const moved = (at: number): number =>
      at <= start ? at : at < end - 1 ? Math.max(start, at - 2) : Math.max(start + content.length, at - 4);
    marked.entities = marked.entities.map((entity) => {
      const offset = moved(entity.offset);
      return { ...entity, offset, length: moved(entity.offset + entity.length) - offset };
    });
    marked.entities.push({ type, offset: start, length: content.length });
  }
}

/**
 * A text as the Bot API passes it on. White space at the start of an entity is taken out of it, code takes the marks out of
 * itself, equal marks that touch become one, and if marks cross, each is cut where another one begins.
 */
export function passedOn({ text, entities }: MarkedText): MarkedText {
  const literals = entities.filter(isCode);
  const marks = merged(entities.filter((entity) => !isCode(entity)));
  const isNested = areNested([...literals, ...marks]);
  const pieces = isNested ? marks : marks.flatMap((mark) => cut(mark, marks, literals));
  const trimmed = [...literals, ...pieces].flatMap((entity) => withoutSpace(entity, text));
  return { text, entities: trimmed.sort(bySize) };
}

const isCode = ({ type }: MessageEntity): boolean => type === 'pre' || type === 'code';
const endOf = ({ offset, length }: MessageEntity): number => offset + length;
const bySize = (a: MessageEntity, b: MessageEntity): number => a.offset - b.offset || b.length - a.length;

function merged(marks: readonly MessageEntity[]): MessageEntity[] {
  const result: MessageEntity[] = [];
  for (const mark of [...marks].sort(bySize)) {
    const last = result.findLast(({ type }) => type === mark.type);
    if (last === undefined || mark.offset > endOf(last)) result.push({ ...mark });
    else last.length = Math.max(endOf(last), endOf(mark)) - last.offset;
  }
  return result;
}

function areNested(entities: readonly MessageEntity[]): boolean {
  return entities.every((a) =>
    entities.every((b) => {
      const isApart = endOf(a) <= b.offset || endOf(b) <= a.offset;
      const holds = a.offset <= b.offset && endOf(a) >= endOf(b);
      const isHeld = b.offset <= a.offset && endOf(b) >= endOf(a);
      return (
        a === b || isApart || (holds && !isCode(a) && !isCode(b)) || (isHeld && !isCode(a) && !isCode(b))
      );
    }),
  );
}

function cut(mark: MessageEntity, marks: readonly MessageEntity[], literals: readonly MessageEntity[]) {
  const inside = (at: number): boolean => at > mark.offset && at < endOf(mark);
  const places = [
    ...marks.map(({ offset }) => offset),
    ...literals.flatMap((code) => [code.offset, endOf(code)]),
  ];
  const starts = [...new Set([mark.offset, ...places.filter(inside)])].sort((a, b) => a - b);
  return starts
    .map((offset, i) => ({ ...mark, offset, length: (starts[i + 1] ?? endOf(mark)) - offset }))
    .filter(({ offset }) => !literals.some((code) => offset >= code.offset && offset < endOf(code)));
}

function withoutSpace(entity: MessageEntity, text: string): MessageEntity[] {
  const content = text.slice(entity.offset, endOf(entity));
  const length = content.trimStart().length;
  return length === 0 ? [] : [{ ...entity, offset: endOf(entity) - length, length }];
}
