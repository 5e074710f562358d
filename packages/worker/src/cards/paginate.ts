import { graphemeBorder, isBlank } from './clean';
import { isSpaceAt, sliceRich } from './rich';
import type { Entity, Rich } from './view';

/** The most UTF-16 units in the text of one message (Bot API, sendMessage). */
export const TEXT_LIMIT = 4096;
/** The most entities in one message (Bot API). */
export const ENTITY_LIMIT = 100;

/**
 * Splits `rich` into parts that fit into one message each: between paragraphs, else between lines, else between words,
 * else between graphemes. An entity that crosses a border continues in the next part. Only white space and invisible
 * characters are left out, between parts and at both ends; a blank text has no parts. `limit` is in UTF-16 units and at
 * least 2.
 */
export function paginate(rich: Rich, limit = TEXT_LIMIT, entityLimit = ENTITY_LIMIT): Rich[] {
  const { text } = rich;
  const entities = [...rich.entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const parts: Rich[] = [];
  let start = skipSpace(text, 0);
  /** The entities that cross `start`, and the index of the first that starts there or later. */
  let open: Entity[] = [];
  let next = 0;
  while (start < text.length) {
    let behind = next;
    while ((entities[behind]?.offset ?? Infinity) < start + limit) behind++;
    const near = [...open, ...entities.slice(next, behind)];
    const most = Math.min(text.length, start + limit, entityBorder(near, start, entityLimit));
    const end = most === text.length ? most : cutAt(text, near, start, most);
    const within = near.filter(({ offset }) => offset < end);
    const part = sliceRich({ text, entities: within }, start, end);
    if (!isBlank(part.text)) parts.push({ ...part, entities: part.entities.slice(0, entityLimit) });
    start = skipSpace(text, end);
    while ((entities[next]?.offset ?? Infinity) < start) next++;
    open = near.filter((e) => e.offset < start && e.offset + e.length > start);
  }
  return parts;
}

/** The end of `rich` that fits into `limit` units and `entityLimit` entities, from the start of a word or line on. */
export function tailOf(rich: Rich, limit: number, entityLimit: number): Rich {
  let from = Math.max(0, rich.text.length - limit);
  const starts = rich.entities.map((e) => e.offset + e.length).sort((a, b) => b - a);
  from = Math.max(from, starts[entityLimit] ?? 0);
  if (from === 0) return sliceRich(rich, 0, rich.text.length);
  const rest = rich.text.length - from;
  const breaks = [/\n/g, /\s/g].map((pattern) => {
    pattern.lastIndex = from;
    return pattern.exec(rich.text)?.index ?? Infinity;
  });
  const near = breaks.find((at) => at - from < rest / 2);
  const start = near ?? graphemeBorder(rich.text, from, Math.min(rich.text.length, from + 2));
  return sliceRich(rich, start, rich.text.length);
}

/** The latest end at which the text has no more than `most` entities. */
function entityBorder(entities: readonly Entity[], start: number, most: number): number {
  let room = most;
  for (const entity of entities) {
    if (entity.offset + entity.length <= start) continue;
    if (room > 0) room--;
    // More entities in one place than a message may have: the surplus is dropped, the text is not.
    else if (entity.offset > start) return entity.offset;
  }
  return Infinity;
}

/** The best place to end a part that starts at `start`, not after `most`. */
function cutAt(text: string, entities: readonly Entity[], start: number, most: number): number {
  const half = start + Math.ceil((most - start) / 2);
  const blocks = entities.filter((e) => e.type === 'pre' && e.offset < most && e.offset + e.length > start);
  const inBlock = (at: number): boolean => blocks.some((e) => at > e.offset && at < e.offset + e.length);

  const paragraphs = [...allOf(text, '\n\n', half, most)].filter((at) => !inBlock(at));
  // Rather before a code block than in it.
  const before = blocks.filter((e) => e.offset >= half && e.offset + e.length > most).map((e) => e.offset);
  const paragraph = Math.max(-1, ...paragraphs.slice(-1), ...before.slice(-1));
  if (paragraph > start) return paragraph;

  const lines = [...allOf(text, '\n', half, most)];
  // A part's first line loses its indentation, which matters in code only.
  const line = lines.findLast((at) => !inBlock(at) || /\S/.test(text.charAt(at + 1))) ?? lines.at(-1);
  if (line !== undefined && line > start) return line;

  for (let at = most; at > start; at--) {
    if (isSpaceAt(text, at) && !/^[\p{M}\u200d]/u.test(text.slice(at + 1, at + 3))) return at;
  }
  return graphemeBorder(text, start, most);
}

/** Where `what` occurs from `from` up to `to`, in order. */
function* allOf(text: string, what: string, from: number, to: number): Generator<number> {
  // Not in the whole text: where it never occurs, each part would search all the rest.
  const near = text.slice(from, to + what.length);
  for (let at = near.indexOf(what); at >= 0; at = near.indexOf(what, at + 1)) yield from + at;
}

function skipSpace(text: string, at: number): number {
  while (at < text.length && isSpaceAt(text, at)) at++;
  return at;
}
