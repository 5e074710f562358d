import { isBlank } from './clean';
import { linkable } from './link';
import { ENTITY_LIMIT, TEXT_LIMIT } from './paginate';
import type { Entity, Part, View } from './view';

/** The most UTF-16 units of a caption (Bot API). */
const CAPTION_LIMIT = 1024;

const QUOTES = new Set(['blockquote', 'expandable_blockquote']);
const VERBATIM = new Set(['pre', 'code']);

/** What a strict Bot API server would not take of `view`; nothing when it is all right. For tests. */
export function objectionsTo(view: View): string[] {
  return view.parts.flatMap((part, i) => objectionsToPart(part).map((text) => `part ${i}: ${text}`));
}

/** As {@link objectionsTo}, of one message. */
export function objectionsToPart(part: Part): string[] {
  const { text, entities } = part;
  const wrong: string[] = [];
  const object = (when: boolean, what: string): void => {
    if (when) wrong.push(what);
  };
  const caption = part.file !== undefined;
  object(text.length > (caption ? CAPTION_LIMIT : TEXT_LIMIT), `${text.length} UTF-16 units`);
  object(isBlank(text) && !(caption && text === ''), 'blank text');
  if (part.file !== undefined && 'bytes' in part.file.content) {
    object(part.file.content.bytes.length === 0, 'empty file');
  }
  object(text.trim() !== text, 'white space at an end of the text');
  object(/\p{Surrogate}/u.test(text), 'half of a surrogate pair');
  object(entities.length > ENTITY_LIMIT, `${entities.length} entities`);
  entities.forEach((entity, i) => {
    const say = (when: boolean, what: string): void => object(when, `${what}: ${JSON.stringify(entity)}`);
    const { type, offset, length } = entity;
    const covered = text.slice(offset, offset + length);
    say(!Number.isInteger(offset) || !Number.isInteger(length) || offset < 0 || length < 1, 'no range');
    say(offset + length > text.length, 'beyond the text');
    say(covered.trim() !== covered, 'white space at an end of the entity');
    say(/\p{Surrogate}/u.test(covered), 'a surrogate pair cut');
    say((entity.url !== undefined) !== (type === 'text_link'), 'url');
    say(entity.url !== undefined && linkable(entity.url) !== entity.url, 'address');
    say(entity.language !== undefined && type !== 'pre', 'language');
    for (const other of entities.slice(i + 1)) {
      const trouble = troubleBetween(entity, other);
      if (trouble !== null) wrong.push(`${trouble}: ${JSON.stringify([entity, other])}`);
    }
  });
  for (const button of part.buttons?.flat() ?? []) {
    const bytes = new TextEncoder().encode(button.data).length;
    object(bytes < 1 || bytes > 64, `button data of ${bytes} bytes`);
    object(isBlank(button.text), 'button without text');
  }
  return wrong;
}

function troubleBetween(a: Entity, b: Entity): string | null {
  const [aEnd, bEnd] = [a.offset + a.length, b.offset + b.length];
  if (aEnd <= b.offset || bEnd <= a.offset) return null;
  const aHolds = a.offset <= b.offset && bEnd <= aEnd;
  const bHolds = b.offset <= a.offset && aEnd <= bEnd;
  if (!aHolds && !bHolds) return 'crossing';
  if (a.type === b.type) return 'the same nested';
  const both = [a.type, b.type];
  if (both.every((type) => QUOTES.has(type))) return 'quotes nested';
  if (VERBATIM.has(a.type) || VERBATIM.has(b.type)) {
    const [outer, inner] = VERBATIM.has(b.type) ? [a, b] : [b, a];
    const inside = outer.offset <= inner.offset && bound(inner) <= bound(outer);
    if (!QUOTES.has(outer.type) || !inside) return 'code nested';
  }
  const [first, second] = aHolds ? [a, b] : [b, a];
  if (QUOTES.has(second.type) && !QUOTES.has(first.type) && first.length > second.length)
    return 'quote inside';
  return null;
}

const bound = (entity: Entity): number => entity.offset + entity.length;
