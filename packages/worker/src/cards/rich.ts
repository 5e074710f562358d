import type { Entity, Rich } from './view';

/** The kind of an entity, without its place. */
export type Style = Omit<Entity, 'offset' | 'length'>;

/** `text` as it is. */
export function plain(text: string): Rich {
  return { text, entities: [] };
}

/** `text` in one style; `text` must not be blank at its ends. */
export function styled(type: Entity['type'], text: string): Rich {
  return { text, entities: text === '' ? [] : [{ type, offset: 0, length: text.length }] };
}

/** Puts `pieces` behind one another with `separator` between them; empty ones are left out. */
export function join(pieces: readonly Rich[], separator = ''): Rich {
  let text = '';
  const entities: Entity[] = [];
  for (const piece of pieces) {
    if (piece.text === '') continue;
    if (text !== '') text += separator;
    for (const entity of piece.entities) {
      entities.push({ ...entity, offset: entity.offset + text.length });
    }
    text += piece.text;
  }
  return { text, entities };
}

/** The whole of `rich` as a quote that is folded until it is tapped. Quotes inside it are opened up: they must not nest. */
export function folded(rich: Rich): Rich {
  if (rich.text === '') return rich;
  const inner = rich.entities.filter((e) => e.type !== 'blockquote' && e.type !== 'expandable_blockquote');
  return {
    text: rich.text,
    entities: [{ type: 'expandable_blockquote', offset: 0, length: rich.text.length }, ...inner],
  };
}

/**
 * The units `from` up to `to` of `rich`, without white space at the ends. Entities that reach over an end are cut
 * there; none begins or ends with white space, and none is empty.
 */
export function sliceRich(rich: Rich, from: number, to: number): Rich {
  const raw = rich.text.slice(from, to);
  const start = from + (raw.length - raw.trimStart().length);
  const end = start + raw.trim().length;
  const text = rich.text.slice(start, end);
  const entities: Entity[] = [];
  for (const entity of rich.entities) {
    const first = Math.max(entity.offset, start);
    const last = Math.min(entity.offset + entity.length, end);
    if (first >= last) continue;
    const piece = rich.text.slice(first, last);
    const offset = first + (piece.length - piece.trimStart().length) - start;
    const length = piece.trim().length;
    if (length > 0) entities.push({ ...entity, offset, length });
  }
  return { text, entities: inOrder(entities) };
}

/** By offset, and what contains before what is contained. */
function inOrder(entities: Entity[]): Entity[] {
  return entities.sort((a, b) => a.offset - b.offset || b.length - a.length);
}
