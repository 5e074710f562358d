import * as z from 'zod/mini';
import {
  FILE_KINDS,
  type FileKind,
  type Forward,
  type InboundFile,
  type MessagePart,
  type Quote,
  type RawMessage,
  type Thing,
} from './model';
import { holdsOthersWords, isOwnText } from './own-text';
import { restoreMarks } from './restore-marks';

const text = z.string();
const userSchema = z.object({ id: z.number(), first_name: z.optional(text), last_name: z.optional(text) });
const fileSchema = z.object({
  file_id: text,
  file_size: z.optional(z.number()),
  file_name: z.optional(text),
  mime_type: z.optional(text),
  duration: z.optional(z.number()),
});
const photoSchema = z.array(
  z.object({ file_id: text, file_size: z.optional(z.number()), width: z.number() }),
);
const locationSchema = z.object({
  latitude: z.number(),
  longitude: z.number(),
  horizontal_accuracy: z.optional(z.number()),
  live_period: z.optional(z.number()),
});
const venueSchema = z.object({ location: locationSchema, title: text, address: text });
const contactSchema = z.object({ phone_number: text, first_name: text, last_name: z.optional(text) });
const stickerSchema = z.object({ file_id: text, emoji: z.optional(text), set_name: z.optional(text) });
const originSchema = z.object({
  date: z.optional(z.number()),
  sender_user: z.optional(userSchema),
  sender_user_name: z.optional(text),
  sender_chat: z.optional(z.object({ title: z.optional(text) })),
  chat: z.optional(z.object({ title: z.optional(text) })),
});
const pickedSchema = z.object({ text, entities: z.optional(z.unknown()) });
const repliedSchema = z.object({
  from: z.optional(
    z.object({ id: z.number(), is_bot: z.optional(z.boolean()), first_name: z.optional(text) }),
  ),
  reply_markup: z.optional(z.unknown()),
});
const externalSchema = z.object({ origin: originSchema });

/** Kinds of content that a user can send and an agent cannot get. Any other kind is a notice of Telegram, such as a pinned message. */
const STRANGE = [
  'poll',
  'dice',
  'game',
  'story',
  'paid_media',
  'checklist',
  'invoice',
  'giveaway',
  'gift',
  'unique_gift',
  'video_chat_started',
];

function read<T>(schema: z.ZodMiniType<T>, value: unknown): T | undefined {
  if (value === undefined) return undefined;
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** The message's text or caption, with the marks that its client took out; see `unmarked` in {@link MessagePart}. */
export function wordsOf(m: RawMessage): Pick<MessagePart, 'text' | 'unmarked'> {
  const written = read(text, m['text']);
  const unmarked = written ?? read(text, m['caption']) ?? '';
  const words = restoreMarks(unmarked, written === undefined ? m['caption_entities'] : m['entities']);
  return { text: words, ...(words === unmarked ? {} : { unmarked }) };
}

/** The content of a message that goes to an agent. Unreadable pieces are left out; null when nothing is left. */
export function contentOf(
  m: RawMessage,
  head: { messageId: number; at: number; userId: number },
): MessagePart | null {
  const words = wordsOf(m);
  const file = fileOf(m);
  const thing = file === undefined ? thingOf(m) : undefined;
  if (words.text === '' && file === undefined && thing === undefined) return null;
  const forward = forwardOf(m, head.at);
  const quote = forward === undefined ? quoteOf(m, head.userId) : undefined;
  return {
    messageId: head.messageId,
    at: head.at,
    ...words,
    ...(isOwnText(m, head.userId) ? { own: true } : {}),
    ...(holdsOthersWords(m) ? { mixed: true } : {}),
    ...(quote === undefined ? {} : { quote }),
    ...(forward === undefined ? {} : { forward }),
    ...(thing === undefined ? {} : { thing }),
    ...(file === undefined ? {} : { file }),
  };
}

/** The kind of a message that cannot go to an agent; undefined for notices of Telegram. */
export function strangeKind(m: RawMessage): string | undefined {
  return STRANGE.find((kind) => m[kind] !== undefined);
}

function fileOf(m: RawMessage): InboundFile | undefined {
  for (const kind of FILE_KINDS) {
    const found = kind === 'photo' ? largest(m[kind]) : namedFile(kind, m[kind]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function namedFile(kind: FileKind, value: unknown): InboundFile | undefined {
  const found = read(fileSchema, value);
  if (found === undefined) return undefined;
  return {
    kind,
    id: found.file_id,
    ...(found.file_size === undefined ? {} : { size: found.file_size }),
    ...(found.file_name === undefined ? {} : { name: found.file_name }),
    ...(found.mime_type === undefined ? {} : { mime: found.mime_type }),
    ...(found.duration === undefined ? {} : { seconds: found.duration }),
  };
}

/** The largest size of a photo. */
function largest(value: unknown): InboundFile | undefined {
  const sizes = read(photoSchema, value) ?? [];
  const best = [...sizes].sort((a, b) => b.width - a.width)[0];
  if (best === undefined) return undefined;
  return {
    kind: 'photo',
    id: best.file_id,
    ...(best.file_size === undefined ? {} : { size: best.file_size }),
  };
}

function thingOf(m: RawMessage): Thing | undefined {
  const venue = read(venueSchema, m['venue']);
  if (venue !== undefined) {
    const { latitude, longitude } = venue.location;
    return { kind: 'venue', latitude, longitude, title: venue.title, address: venue.address };
  }
  const location = read(locationSchema, m['location']);
  if (location !== undefined) {
    const { latitude, longitude, live_period: livePeriod, horizontal_accuracy: accuracy } = location;
    return {
      kind: 'location',
      latitude,
      longitude,
      live: livePeriod !== undefined,
      ...(accuracy === undefined ? {} : { accuracy }),
    };
  }
  const contact = read(contactSchema, m['contact']);
  if (contact !== undefined) {
    const name = [contact.first_name, contact.last_name].filter(Boolean).join(' ');
    return { kind: 'contact', name, phone: contact.phone_number };
  }
  const sticker = read(stickerSchema, m['sticker']);
  return sticker === undefined
    ? undefined
    : { kind: 'sticker', emoji: sticker.emoji ?? '', set: sticker.set_name ?? '' };
}

function forwardOf(m: RawMessage, at: number): Forward | undefined {
  if (m['forward_origin'] === undefined) return viaBotOf(m, at);
  const from = read(originSchema, m['forward_origin']);
  return { from: nameOf(from), at: from?.date === undefined ? at : from.date * 1_000 };
}

/** What another bot wrote for the sender counts as forwarded from that bot. */
function viaBotOf(m: RawMessage, at: number): Forward | undefined {
  if (m['via_bot'] === undefined) return undefined;
  return { from: read(userSchema, m['via_bot'])?.first_name ?? '', at };
}

function nameOf(from: z.infer<typeof originSchema> | undefined): string {
  const user = [from?.sender_user?.first_name, from?.sender_user?.last_name].filter(Boolean).join(' ');
  return user || from?.sender_user_name || from?.sender_chat?.title || from?.chat?.title || '';
}

function quoteOf(m: RawMessage, userId: number): Quote | undefined {
  const picked = read(pickedSchema, m['quote']);
  const words = picked && restoreMarks(picked.text, picked.entities);
  const reply = read(repliedSchema, m['reply_to_message']);
  if (reply !== undefined) {
    // Users reply to a card with buttons to reach its session: its text tells the agent nothing.
    const whole =
      reply.reply_markup === undefined ? wordsOf(m['reply_to_message'] as RawMessage).text : undefined;
    const quoted = words ?? whole;
    if (quoted === undefined || quoted === '') return undefined;
    const whose = reply.from?.is_bot === true ? 'bot' : reply.from?.id === userId ? 'own' : 'other';
    return {
      whose,
      ...(whose === 'other' && reply.from?.first_name !== undefined ? { name: reply.from.first_name } : {}),
      text: quoted,
      picked: words !== undefined,
    };
  }
  if (words === undefined || words === '') return undefined;
  const from = nameOf(read(externalSchema, m['external_reply'])?.origin);
  return { whose: 'other', ...(from === '' ? {} : { name: from }), text: words, picked: true };
}
