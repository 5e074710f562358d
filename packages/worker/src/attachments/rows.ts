import * as z from 'zod/mini';
import { FILE_KINDS } from '../inbox/model';
import { parseRow, type Parsed, type RowFormat } from '../store/json';
import type { Attachment } from './model';

/** What the JSON body of a row holds; the rest has columns. */
type Body = Pick<Attachment, 'messageId' | 'parts' | 'language'>;

const quote = z.object({
  whose: z.enum(['bot', 'own', 'other']),
  name: z.exactOptional(z.string()),
  text: z.string(),
  picked: z.boolean(),
});

const forward = z.object({ from: z.string(), at: z.number() });

const thing = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('location'),
    latitude: z.number(),
    longitude: z.number(),
    accuracy: z.exactOptional(z.number()),
    live: z.boolean(),
  }),
  z.object({
    kind: z.literal('venue'),
    latitude: z.number(),
    longitude: z.number(),
    title: z.string(),
    address: z.string(),
  }),
  z.object({ kind: z.literal('contact'), name: z.string(), phone: z.string() }),
  z.object({ kind: z.literal('sticker'), emoji: z.string(), set: z.string() }),
]);

const file = z.object({
  kind: z.enum(FILE_KINDS),
  id: z.string(),
  size: z.exactOptional(z.number()),
  name: z.exactOptional(z.string()),
  mime: z.exactOptional(z.string()),
  seconds: z.exactOptional(z.number()),
});

const fate = z.object({
  planned: z.exactOptional(z.string()),
  path: z.exactOptional(z.string()),
  failed: z.exactOptional(z.string()),
  transcript: z.exactOptional(z.string()),
});

const part = z.object({
  messageId: z.number(),
  at: z.number(),
  text: z.string(),
  unmarked: z.exactOptional(z.string()),
  own: z.exactOptional(z.literal(true)),
  mixed: z.exactOptional(z.literal(true)),
  quote: z.exactOptional(quote),
  forward: z.exactOptional(forward),
  thing: z.exactOptional(thing),
  file: z.exactOptional(file),
  fate: z.exactOptional(fate),
});

/** Version 1 has no field `v`: it is the shape that ccbot wrote before rows had versions. */
const format: RowFormat<Body> = {
  version: 1,
  schema: z.object({
    messageId: z.number(),
    parts: z.array(part),
    language: z.exactOptional(z.string()),
  }),
};

/** Reads the body of a stored attachment. */
export function parseAttachment(body: string): Parsed<Body> {
  return parseRow(format, body);
}

/** The body to store. */
export function attachmentRow({ messageId, parts, language }: Body): string {
  const body: Body = { messageId, parts };
  if (language !== undefined) body.language = language;
  return JSON.stringify(body);
}
