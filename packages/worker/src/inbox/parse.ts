import * as z from 'zod/mini';
import { contentOf, strangeKind, wordsOf } from './content';
import { threadOf, type Thread } from '../outbox/model';
import { isOwnText } from './own-text';
import type { Inbound, MessagePart, RawMessage } from './model';

const from = z.object({
  id: z.number(),
  language_code: z.optional(z.string()),
  first_name: z.catch(z.optional(z.string()), undefined),
});
const chat = z.object({ id: z.number(), type: z.string() });

/** Also a reply outside of topics may have a thread id, which no message can be sent to. */
const topic = {
  message_thread_id: z.catch(z.optional(z.number()), undefined),
  is_topic_message: z.catch(z.optional(z.boolean()), undefined),
};

const messageHead = z.object({ message_id: z.number(), date: z.number(), from, chat, ...topic });
const messageUpdate = z.object({ update_id: z.number(), message: messageHead });
const editUpdate = z.object({ update_id: z.number(), edited_message: messageHead });

const tapUpdate = z.object({
  update_id: z.number(),
  callback_query: z.object({
    id: z.string(),
    from,
    data: z.string(),
    inline_message_id: z.optional(z.unknown()),
    // Without a date: Telegram no longer has the message, and does not say where it stood.
    message: z.optional(z.object({ message_id: z.number(), date: z.catch(z.number(), 0), chat, ...topic })),
  }),
});

const anyUpdate = z.object({ update_id: z.number() });
const anySender = z.object({ id: z.number() });

const repliedTo = z.object({ message_id: z.number() });
const album = z.string();

/** What the machine that polls adds to an update for another machine. */
const routed = z.object({ ccbot_active: z.string() });

/** Parses a raw update and never throws: what is not understood becomes `other`. `receivedAt`, ms since the epoch, is used if the update has no time. */
export function parseUpdate(raw: unknown, receivedAt: number): Inbound {
  const inbound = readUpdate(raw, receivedAt);
  const active = routed.safeParse(raw).data?.ccbot_active;
  return active === undefined || inbound.kind === 'other' ? inbound : { ...inbound, active };
}

function readUpdate(raw: unknown, receivedAt: number): Inbound {
  const message = messageUpdate.safeParse(raw);
  if (message.success) {
    const whole = (raw as { message: RawMessage }).message;
    const read = messageOf(message.data.update_id, message.data.message, whole);
    if (read !== null) return read;
  }
  const edit = editUpdate.safeParse(raw);
  if (edit.success) {
    const whole = (raw as { edited_message: RawMessage }).edited_message;
    const { update_id: updateId, edited_message: m } = edit.data;
    const words = wordsOf(whole);
    // A live location moves by edits, and Telegram also reports changes that the user did not make.
    if (words.text !== '' || whole['location'] === undefined) {
      const own = isOwnText(whole, m.from.id) ? { own: true as const } : {};
      return { kind: 'edit', updateId, ...senderOf(m), messageId: m.message_id, ...words, ...own };
    }
  }
  const tap = tapUpdate.safeParse(raw);
  if (tap.success) {
    const { update_id: updateId, callback_query: q } = tap.data;
    // Telegram sends only the chat of a message that is too old. An inline message has no chat, and can be anywhere.
    const tapped = q.message?.chat;
    return {
      kind: 'tap',
      updateId,
      at: receivedAt,
      chatId: tapped?.id ?? q.from.id,
      thread: q.message === undefined || q.message.date === 0 ? undefined : topicOf(q.message),
      userId: q.from.id,
      isPrivate:
        q.inline_message_id === undefined &&
        (tapped === undefined || (tapped.type === 'private' && tapped.id === q.from.id)),
      queryId: q.id,
      data: q.data,
      ...(q.message === undefined ? {} : { messageId: q.message.message_id }),
      ...clientOf(q.from),
    };
  }
  return otherOf(raw, receivedAt);
}

function messageOf(updateId: number, m: z.infer<typeof messageHead>, whole: RawMessage): Inbound | null {
  const sender = senderOf(m);
  const head = { updateId, ...sender, messageId: m.message_id };
  const part = contentOf(whole, { messageId: m.message_id, at: sender.at, userId: m.from.id });
  if (part === null) {
    const what = strangeKind(whole);
    return what === undefined ? null : { kind: 'strange', ...head, what };
  }
  const reply = repliedTo.safeParse(whole['reply_to_message']);
  const replyTo = reply.success ? { replyTo: reply.data.message_id } : {};
  const message = { ...head, text: part.text, ...replyTo, parts: [part] };
  if (isPlain(part)) return { kind: 'text', ...message };
  const group = album.safeParse(whole['media_group_id']);
  return { kind: 'attachment', ...message, ...(group.success ? { album: group.data } : {}) };
}

/** Whether a message holds nothing but its sender's own text. */
function isPlain(part: MessagePart): boolean {
  return part.file === undefined && part.thing === undefined && part.forward === undefined;
}

function senderOf(m: z.infer<typeof messageHead>) {
  return {
    at: m.date * 1_000,
    chatId: m.chat.id,
    thread: topicOf(m),
    userId: m.from.id,
    isPrivate: m.chat.type === 'private' && m.chat.id === m.from.id,
    ...clientOf(m.from),
  };
}

function topicOf(m: {
  message_thread_id?: number | undefined;
  is_topic_message?: boolean | undefined;
}): Thread {
  return threadOf(m.is_topic_message === true ? m.message_thread_id : undefined);
}

function clientOf(user: z.infer<typeof from>): { language?: string; name?: string } {
  return {
    ...(user.language_code === undefined ? {} : { language: user.language_code }),
    ...(user.first_name === undefined ? {} : { name: user.first_name }),
  };
}

function otherOf(raw: unknown, at: number): Inbound {
  const any = anyUpdate.safeParse(raw);
  const updateId = any.success ? any.data.update_id : -1;
  const body = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
  const what = Object.keys(body).find((key) => key !== 'update_id') ?? 'nothing';
  const inner = body[what] as { from?: unknown; chat?: unknown } | null | undefined;
  const user = anySender.safeParse(inner?.from);
  const place = chat.safeParse(inner?.chat);
  return {
    kind: 'other',
    updateId,
    at,
    what,
    ...(user.success ? { userId: user.data.id } : {}),
    ...(place.success ? { chatId: place.data.id, isPrivate: place.data.type === 'private' } : {}),
  };
}

/** One chat's updates are handled in order, chats in parallel. */
export function laneOf(inbound: Inbound): string {
  return inbound.chatId === undefined ? 'other' : String(inbound.chatId);
}
