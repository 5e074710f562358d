import * as z from 'zod/mini';
import type { Entity, Part } from '../cards/view';
import { parseRow, parseStored, type Parsed, type RowFormat } from '../store/json';
import type { Rows } from './footer';
import type { OutboxKey } from './keys';
import { NO_THREAD, type QueuedView, type Thread } from './model';

/**
 * Checks a value and hands it on as it is. Views are compared by their JSON, with what is posted and with what is masked,
 * and a schema would rebuild their objects with another order of fields.
 */
function unchanged<T extends z.ZodMiniType>(schema: T): z.ZodMiniType<z.output<T>> {
  return z.pipe(
    z.unknown(),
    z.transform((value, context) => {
      const { error } = schema.safeParse(value);
      for (const { path, message } of error?.issues ?? []) {
        context.issues.push({ code: 'custom', input: value, path, message });
      }
      return value as z.output<T>;
    }),
  );
}

const ENTITY_TYPES: ReadonlySet<unknown> = new Set<Entity['type']>([
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
]);

/** Checked without a schema: a long answer has hundreds of entities, and the outbox reads a view before each call. */
const entities = z.custom<Entity[]>((value) => Array.isArray(value) && value.every(isEntity));

function isEntity(value: Partial<Record<keyof Entity, unknown>> | null): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    ENTITY_TYPES.has(value.type) &&
    typeof value.offset === 'number' &&
    typeof value.length === 'number' &&
    (value.url === undefined || typeof value.url === 'string') &&
    (value.language === undefined || typeof value.language === 'string')
  );
}

const buttonRows = z.array(z.array(z.object({ text: z.string(), data: z.string() })));
const buttonRowsAsStored = unchanged(buttonRows);

const storedFile = z.object({
  name: z.string(),
  as: z.enum(['photo', 'document']),
  content: z.union([
    z.object({ kept: z.object({ id: z.string(), sha: z.string(), size: z.number() }) }),
    z.object({ path: z.string() }),
    // A file made in memory, as its text: all files made in memory are texts.
    z.object({ bytes: z.object({ text: z.string() }) }),
  ]),
});

const storedPart = z.object({
  text: z.string(),
  entities,
  buttons: z.exactOptional(buttonRows),
  file: z.exactOptional(storedFile),
  markdown: z.exactOptional(z.string()),
});

const storedView = z.object({
  chatId: z.number(),
  thread: z.custom<Thread>((thread) => Number.isSafeInteger(thread) && Number(thread) >= 0),
  moves: z.exactOptional(z.literal(true)),
  key: z.custom<OutboxKey>((key) => typeof key === 'string'),
  view: z.object({
    parts: z.array(storedPart),
    album: z.exactOptional(z.boolean()),
    rich: z.exactOptional(z.array(storedPart)),
  }),
  class: z.enum(['ask', 'answer', 'card', 'notice']),
  minor: z.exactOptional(z.boolean()),
  masks: z.exactOptional(z.enum(['request', 'none'])),
  session: z.exactOptional(z.string()),
  silent: z.exactOptional(z.boolean()),
  replyTo: z.exactOptional(z.number()),
});

/** The type of a stored view, for a test that compares it with the model. */
export type StoredView = z.output<typeof storedView>;

/** Version 1 has no field `v`, as ccbot wrote it before rows had versions, and knew no threads. */
const VERSION = 2;

const format: RowFormat<QueuedView> = {
  version: VERSION,
  schema: z.pipe(
    z.pipe(z.unknown(), z.transform(upgraded)),
    z.pipe(unchanged(storedView), z.transform(withBytes)),
  ),
};

/** A row in the newest version, without its number. Whatever is no row at all stays as it is. */
function upgraded(row: unknown): unknown {
  if (typeof row !== 'object' || row === null) return row;
  const { v, ...body } = row as { v?: unknown };
  return v === undefined ? { ...body, thread: NO_THREAD } : body;
}

/** Reads the body of a stored view. */
export function parseQueuedView(body: string): Parsed<QueuedView> {
  return parseRow(format, body);
}

/** The body to store. */
export function queuedViewRow(queued: QueuedView): string {
  // A function with a `this`: a Buffer has turned itself into an object before it is handed over.
  return JSON.stringify(
    { v: VERSION, ...queued },
    function (this: Record<string, unknown>, key: string, value: unknown) {
      const original = this[key];
      return original instanceof Uint8Array ? { text: new TextDecoder().decode(original) } : value;
    },
  );
}

/** Reads stored rows of buttons. */
export function parseButtonRows(json: string): Parsed<Rows> {
  return parseStored(buttonRowsAsStored, json);
}

type StoredPart = StoredView['view']['parts'][number];

/** A stored view with the files made in memory as bytes again. */
function withBytes(queued: StoredView): QueuedView {
  const { rich, ...view } = queued.view;
  const parts = view.parts.map(partWithBytes);
  if (rich === undefined) return { ...queued, view: { ...view, parts } };
  // Spread whole, to keep the order of the fields.
  return { ...queued, view: { ...queued.view, parts, rich: rich.map(partWithBytes) } };
}

function partWithBytes(part: StoredPart): Part {
  const { file, ...message } = part;
  if (file === undefined) return message;
  const { content } = file;
  if (!('bytes' in content)) return { ...part, file: { ...file, content } };
  return { ...part, file: { ...file, content: { bytes: new TextEncoder().encode(content.bytes.text) } } };
}
