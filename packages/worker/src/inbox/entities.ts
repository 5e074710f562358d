import * as z from 'zod/mini';

/** What a client made of a mark that the user typed, or picked from a menu. */
export type MarkKind = 'bold' | 'italic' | 'underline' | 'strikethrough' | 'spoiler';

/** A part of a text that Telegram marks, in UTF-16 units, and never half a character. */
export type Entity = { start: number; end: number } & (
  | { kind: MarkKind | 'code' | 'quote' }
  | { kind: 'pre'; language: string }
  | { kind: 'link'; url: string }
);

/** Code and code blocks: they hold no other mark. */
export type Literal = Extract<Entity, { kind: 'pre' }> | (Entity & { kind: 'code' });

export type Quote = Entity & { kind: 'quote' };

/** Marks that stand around a text, and may cross each other as the user typed them. */
export type Span = (Entity & { kind: MarkKind }) | Extract<Entity, { kind: 'link' }>;

/** The longest text of a message, UTF-16 units: Telegram's server takes 35,000 bytes. A longer one stays as it is. */
const TEXT_MAX = 35_000;

/** A message with more entities is no message of Telegram: its text stays as it is. Telegram itself sends a few hundred, links included. */
const ENTITIES_MAX = 1_000;

/** The most entities that are restored: Telegram keeps 100 of them in a message. */
const RESTORED_MAX = 100;

/** The longest address and name of a language that are restored, UTF-16 units. */
const URL_MAX = 2_048;
const LANGUAGE_MAX = 40;

const KINDS: Readonly<Record<string, Exclude<Entity['kind'], 'pre' | 'link'>>> = {
  bold: 'bold',
  italic: 'italic',
  underline: 'underline',
  strikethrough: 'strikethrough',
  spoiler: 'spoiler',
  code: 'code',
  blockquote: 'quote',
  expandable_blockquote: 'quote',
};

const schema = z.object({
  type: z.string(),
  offset: z.int(),
  length: z.int(),
  language: z.optional(z.string()),
  url: z.optional(z.string()),
});

/**
 * The entities of `text` that stand for Markdown, in the order of Telegram: by start, the longer first. What Telegram
 * finds by itself (links, mentions, commands) and what only changes how a text looks (an emoji of a set) is left out, and
 * so is whatever cannot be read or lies outside the text.
 */
export function readEntities(value: unknown, text: string): Entity[] {
  if (!Array.isArray(value) || hasTooManyEntities(value) || text.length > TEXT_MAX) return [];
  const entities: Entity[] = [];
  for (const item of value) {
    const entity = readEntity(item, text);
    if (entity !== null) entities.push(entity);
    if (entities.length === RESTORED_MAX) break;
  }
  return entities.sort((a, b) => a.start - b.start || b.end - a.end);
}

export function hasTooManyEntities(value: unknown): boolean {
  return Array.isArray(value) && value.length > ENTITIES_MAX;
}

function readEntity(item: unknown, text: string): Entity | null {
  const read = schema.safeParse(item);
  if (!read.success) return null;
  const { type, offset, length, language = '', url = '' } = read.data;
  if (offset < 0 || length <= 0 || offset >= text.length) return null;
  const start = isInPair(text, offset) ? offset - 1 : offset;
  const last = Math.min(offset + length, text.length);
  const end = isInPair(text, last) ? last + 1 : last;
  if (type === 'pre') {
    const isName = language.length <= LANGUAGE_MAX && !/[\s`]/.test(language);
    return { kind: 'pre', start, end, language: isName ? language : '' };
  }
  if (type === 'text_link') {
    return url === '' || url.length > URL_MAX ? null : { kind: 'link', start, end, url };
  }
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  return kind === undefined ? null : { kind, start, end };
}

/** Whether a place in a text is between the halves of one character. */
function isInPair(text: string, at: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1));
}
