import * as z from 'zod/mini';
import type { Inbound } from './model';

const from = z.object({ id: z.number(), language_code: z.optional(z.string()) });
const chat = z.object({ id: z.number(), type: z.string() });

const messageUpdate = z.object({
  update_id: z.number(),
  message: z.object({
    message_id: z.number(),
    date: z.number(),
    from,
    chat,
    text: z.string(),
    reply_to_message: z.optional(z.object({ message_id: z.number() })),
  }),
});

const tapUpdate = z.object({
  update_id: z.number(),
  callback_query: z.object({
    id: z.string(),
    from,
    data: z.string(),
    message: z.optional(z.object({ message_id: z.number(), chat })),
  }),
});

/** Where an update of any other kind says who and where. */
const anyUpdate = z.object({ update_id: z.number() });

/** Reads a raw update; `receivedAt`, ms since the epoch, stands in where the update carries no time. Anything that is not understood is `other`. */
export function parseUpdate(raw: unknown, receivedAt: number): Inbound {
  const message = messageUpdate.safeParse(raw);
  if (message.success) {
    const { update_id: updateId, message: m } = message.data;
    return {
      kind: 'text',
      updateId,
      at: m.date * 1_000,
      chatId: m.chat.id,
      userId: m.from.id,
      isPrivate: m.chat.type === 'private' && m.chat.id === m.from.id,
      messageId: m.message_id,
      text: m.text,
      ...(m.from.language_code === undefined ? {} : { language: m.from.language_code }),
      ...(m.reply_to_message === undefined ? {} : { replyTo: m.reply_to_message.message_id }),
    };
  }
  const tap = tapUpdate.safeParse(raw);
  if (tap.success) {
    const { update_id: updateId, callback_query: q } = tap.data;
    return {
      kind: 'tap',
      updateId,
      at: receivedAt,
      chatId: q.message?.chat.id ?? q.from.id,
      userId: q.from.id,
      // A message too old for Telegram to tell hangs in the chat of the one who tapped.
      isPrivate:
        q.message === undefined || (q.message.chat.type === 'private' && q.message.chat.id === q.from.id),
      queryId: q.id,
      data: q.data,
      ...(q.message === undefined ? {} : { messageId: q.message.message_id }),
      ...(q.from.language_code === undefined ? {} : { language: q.from.language_code }),
    };
  }
  return otherOf(raw, receivedAt);
}

function otherOf(raw: unknown, at: number): Inbound {
  const any = anyUpdate.safeParse(raw);
  const updateId = any.success ? any.data.update_id : -1;
  const body = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
  const what = Object.keys(body).find((key) => key !== 'update_id') ?? 'nothing';
  const inner = body[what] as { from?: unknown; chat?: unknown } | null | undefined;
  const who = from.safeParse(inner?.from);
  const where = chat.safeParse(inner?.chat);
  return {
    kind: 'other',
    updateId,
    at,
    what,
    ...(who.success ? { userId: who.data.id } : {}),
    ...(where.success ? { chatId: where.data.id, isPrivate: where.data.type === 'private' } : {}),
  };
}

/** The lane of a raw update: one chat's updates are handled in order, chats in parallel. */
export function laneOf(raw: unknown): string {
  const inbound = parseUpdate(raw, 0);
  return inbound.chatId === undefined ? 'other' : String(inbound.chatId);
}
