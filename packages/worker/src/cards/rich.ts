import type { Entity, Rich } from './view';

/** An entity without its place. */
export type Style = Omit<Entity, 'offset' | 'length'>;

/** A style at a place. Built field by field for speed: a long answer has thousands, each moved several times. */
export function placed(style: Style, offset: number, length: number): Entity {
  const entity: Entity = { type: style.type, offset, length };
  if (style.url !== undefined) entity.url = style.url;
  if (style.language !== undefined) entity.language = style.language;
  return entity;
}

export function plain(text: string): Rich {
  return { text, entities: [] };
}

/** `text` in one style. It must not start or end with white space. */
export function styled(type: Entity['type'], text: string): Rich {
  return { text, entities: text === '' ? [] : [{ type, offset: 0, length: text.length }] };
}

/** Joins `pieces` with `separator` between them; empty ones are left out. */
export function join(pieces: readonly Rich[], separator = ''): Rich {
  const full = pieces.filter((piece) => piece.text !== '');
  const entities: Entity[] = [];
  let at = 0;
  for (const piece of full) {
    for (const entity of piece.entities) entities.push(placed(entity, entity.offset + at, entity.length));
    at += piece.text.length + separator.length;
  }
  return { text: full.map((piece) => piece.text).join(separator), entities };
}

/** `rich` as a quote that is folded until it is tapped. Quotes inside become plain: quotes must not nest. */
export function folded(rich: Rich): Rich {
  if (rich.text === '') return rich;
  const inner = rich.entities.filter((e) => e.type !== 'blockquote' && e.type !== 'expandable_blockquote');
  return {
    text: rich.text,
    entities: [{ type: 'expandable_blockquote', offset: 0, length: rich.text.length }, ...inner],
  };
}

/**
 * The units `from` up to `to` of `rich`, without white space at the ends. Entities that cross an end are cut there; none
 * starts or ends with white space, and none is empty.
 */
export function sliceRich(rich: Rich, from: number, to: number): Rich {
  const raw = rich.text.slice(from, to);
  const start = from + (raw.length - raw.trimStart().length);
  const end = start + raw.trim().length;
  const text = rich.text.slice(start, end);
  const entities: Entity[] = [];
  for (const entity of rich.entities) {
    let first = Math.max(entity.offset, start);
    let last = Math.min(entity.offset + entity.length, end);
    while (first < last && isSpaceAt(rich.text, first)) first++;
    while (first < last && isSpaceAt(rich.text, last - 1)) last--;
    if (first < last) entities.push(placed(entity, first - start, last - first));
  }
  return { text, entities: inOrder(entities) };
}

/** Code, inline or a block: it may contain no other style, and clients look for nothing in it. */
export function isVerbatim({ type }: Style): boolean {
  return type === 'code' || type === 'pre';
}

/** Whether `trim` would remove it. */
export function isSpaceAt(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit === 0x20 || (unit >= 9 && unit <= 13) || (unit >= 0x80 && text.charAt(at).trim() === '');
}

/** By offset, the outer one first. */
function inOrder(entities: Entity[]): Entity[] {
  return entities.sort((a, b) => a.offset - b.offset || b.length - a.length);
}
