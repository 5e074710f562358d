import * as z from 'zod/mini';
import type { Change } from './changes';

const entity = z.object({
  type: z.string(),
  offset: z.number(),
  length: z.number(),
  url: z.exactOptional(z.string()),
  language: z.exactOptional(z.string()),
});

const button = z.object({
  text: z.string(),
  callback_data: z.exactOptional(z.string()),
  url: z.exactOptional(z.string()),
});

const file = z.object({
  kind: z.enum(['photo', 'document', 'voice', 'audio', 'video', 'video_note', 'animation']),
  id: z.string(),
  name: z.string(),
  mime: z.string(),
  size: z.number(),
  width: z.exactOptional(z.number()),
  height: z.exactOptional(z.number()),
});

const message = z.object({
  id: z.number(),
  fromBot: z.boolean(),
  date: z.number(),
  text: z.string(),
  entities: z.array(entity),
  typed: z.exactOptional(z.string()),
  keyboard: z.array(z.array(button)),
  edits: z.number(),
  replyTo: z.exactOptional(z.number()),
  reaction: z.exactOptional(z.string()),
  pinned: z.exactOptional(z.boolean()),
  silent: z.exactOptional(z.boolean()),
  rich: z.exactOptional(z.boolean()),
  file: z.exactOptional(file),
});

const chat = z.object({
  person: z.string(),
  name: z.string(),
  messages: z.array(message),
  typingMs: z.number(),
  draft: z.exactOptional(z.object({ text: z.string(), entities: z.array(entity) })),
  gone: z.array(z.number()),
});

/** A {@link Change} as the page receives it. */
export const changeSchema: z.ZodMiniType<Change> = z.object({
  whole: z.boolean(),
  chats: z.array(chat),
  commands: z.array(z.object({ command: z.string(), description: z.string() })),
  answers: z.record(z.string(), z.object({ text: z.string(), alert: z.boolean() })),
});
