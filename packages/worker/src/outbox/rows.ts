import * as z from 'zod/mini';
import { parseRow, parseStored, type Parsed, type RowFormat } from '../store/json';
import { storedKey } from './keys';
import type { Rows } from './footer';
import type { QueuedView } from './model';

/** Checks a value and leaves it as it is: messages are compared by a hash of their JSON, which depends on the order of fields. */
function unchanged<T extends z.ZodMiniType>(schema: T): z.ZodMiniType<z.output<T>> {
  return z.custom<z.output<T>>((value) => schema.safeParse(value).success);
}

const entity = z.object({
  type: z.enum([
    'bold',
    'italic',
    'underline',
    'strikethrough',
    'spoiler',
    'code',
    'pre',
    'text_link',
    'blockquote',
    'expandable_blockquote',
  ]),
  offset: z.number(),
  length: z.number(),
  url: z.exactOptional(z.string()),
  language: z.exactOptional(z.string()),
});

export const buttonRowsSchema = z.array(z.array(z.object({ text: z.string(), data: z.string() })));

/** A file made in memory is stored as its text: only generated files are, and they are texts. */
const bytes = z.pipe(
  z.object({ text: z.string() }),
  z.transform(({ text }): Uint8Array => new TextEncoder().encode(text)),
);

const file = z.object({
  name: z.string(),
  as: z.enum(['photo', 'document']),
  content: z.union([
    z.object({ kept: z.object({ id: z.string(), sha: z.string(), size: z.number() }) }),
    z.object({ path: z.string() }),
    z.object({ bytes }),
  ]),
});

const part = z.object({
  text: z.string(),
  entities: unchanged(z.array(entity)),
  buttons: z.exactOptional(unchanged(buttonRowsSchema)),
  file: z.exactOptional(file),
  markdown: z.exactOptional(z.string()),
});

export const queuedViewSchema = z.object({
  chatId: z.number(),
  key: z.pipe(z.string(), z.transform(storedKey)),
  view: z.object({
    parts: z.array(part),
    album: z.exactOptional(z.boolean()),
    rich: z.exactOptional(z.array(part)),
  }),
  class: z.enum(['ask', 'answer', 'card', 'notice']),
  minor: z.exactOptional(z.boolean()),
  session: z.exactOptional(z.string()),
  silent: z.exactOptional(z.boolean()),
  replyTo: z.exactOptional(z.number()),
});

/** Version 1 has no field `v`: it is the shape that ccbot wrote before rows had versions. */
const format: RowFormat<QueuedView> = { version: 1, schema: queuedViewSchema };

/** Reads the body of a stored view. */
export function parseQueuedView(body: string): Parsed<QueuedView> {
  return parseRow(format, body);
}

/** The body to store. */
export function queuedViewRow(queued: QueuedView): string {
  // A function with a `this`: a Buffer has turned itself into an object before it is handed over.
  return JSON.stringify(queued, function (this: Record<string, unknown>, key: string, value: unknown) {
    const original = this[key];
    return original instanceof Uint8Array ? { text: new TextDecoder().decode(original) } : value;
  });
}

/** Reads stored rows of buttons. */
export function parseButtonRows(json: string): Parsed<Rows> {
  return parseStored(buttonRowsSchema, json);
}
