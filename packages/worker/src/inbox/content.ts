import * as z from 'zod/mini';
import {
  FILE_KINDS,
  type FileKind,
  type Forward,
  type InboundFile,
  type MessagePart,
  type Quote,
  type Thing,
} from './model';

/** A message as it came: an object of which nothing is known yet. */
export type RawMessage = Readonly<Record<string, unknown>>;

const text = z.string();
const named = z.object({ id: z.number(), first_name: z.optional(text), last_name: z.optional(text) });
const file = z.object({
  file_id: text,
  file_size: z.optional(z.number()),
  file_name: z.optional(text),
  mime_type: z.optional(text),
  duration: z.optional(z.number()),
});
const photo = z.array(z.object({ file_id: text, file_size: z.optional(z.number()), width: z.number() }));
const place = z.object({
  latitude: z.number(),
  longitude: z.number(),
  horizontal_accuracy: z.optional(z.number()),
  live_period: z.optional(z.number()),
});
const venue = z.object({ location: place, title: text, address: text });
const contact = z.object({ phone_number: text, first_name: text, last_name: z.optional(text) });
const sticker = z.object({ file_id: text, emoji: z.optional(text), set_name: z.optional(text) });
const origin = z.object({
  date: z.optional(z.number()),
  sender_user: z.optional(named),
  sender_user_name: z.optional(text),
  sender_chat: z.optional(z.object({ title: z.optional(text) })),
  chat: z.optional(z.object({ title: z.optional(text) })),
});
const picked = z.object({ text });
const answered = z.object({
  from: z.optional(
    z.object({ id: z.number(), is_bot: z.optional(z.boolean()), first_name: z.optional(text) }),
  ),
  text: z.optional(text),
  caption: z.optional(text),
  reply_markup: z.optional(z.unknown()),
});
const elsewhere = z.object({ origin });

/** Kinds of content that a person sends and an agent cannot be given; what is in neither list is Telegram's own notice, such as a pinned message. */
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

/** The message's text or caption. */
export function wordsOf(m: RawMessage): string {
  return read(text, m['text']) ?? read(text, m['caption']) ?? '';
}

/** What of a message goes to an agent. A piece that cannot be read is left out; null when nothing is left. */
export function contentOf(
  m: RawMessage,
  head: { messageId: number; at: number; userId: number },
): MessagePart | null {
  const words = wordsOf(m);
  const sent = fileOf(m);
  const thing = sent === undefined ? thingOf(m) : undefined;
  if (words === '' && sent === undefined && thing === undefined) return null;
  const forward = forwardOf(m, head.at);
  const quote = forward === undefined ? quoteOf(m, head.userId) : undefined;
  return {
    messageId: head.messageId,
    at: head.at,
    text: words,
    ...(quote === undefined ? {} : { quote }),
    ...(forward === undefined ? {} : { forward }),
    ...(thing === undefined ? {} : { thing }),
    ...(sent === undefined ? {} : { file: sent }),
  };
}

/** The kind of a message that cannot be passed on; undefined for Telegram's own notices. */
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
  const found = read(file, value);
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

/** Of the sizes of a photo the largest. */
function largest(value: unknown): InboundFile | undefined {
  const sizes = read(photo, value) ?? [];
  const best = [...sizes].sort((a, b) => b.width - a.width)[0];
  if (best === undefined) return undefined;
  return {
    kind: 'photo',
    id: best.file_id,
    ...(best.file_size === undefined ? {} : { size: best.file_size }),
  };
}

function thingOf(m: RawMessage): Thing | undefined {
  const there = read(venue, m['venue']);
  if (there !== undefined) {
    const { latitude, longitude } = there.location;
    return { kind: 'venue', latitude, longitude, title: there.title, address: there.address };
  }
  const spot = read(place, m['location']);
  if (spot !== undefined) {
    return {
      kind: 'location',
      latitude: spot.latitude,
      longitude: spot.longitude,
      live: spot.live_period !== undefined,
      ...(spot.horizontal_accuracy === undefined ? {} : { accuracy: spot.horizontal_accuracy }),
    };
  }
  const person = read(contact, m['contact']);
  if (person !== undefined) {
    const name = [person.first_name, person.last_name].filter(Boolean).join(' ');
    return { kind: 'contact', name, phone: person.phone_number };
  }
  const stuck = read(sticker, m['sticker']);
  return stuck === undefined
    ? undefined
    : { kind: 'sticker', emoji: stuck.emoji ?? '', set: stuck.set_name ?? '' };
}

function forwardOf(m: RawMessage, at: number): Forward | undefined {
  if (m['forward_origin'] === undefined) return undefined;
  const from = read(origin, m['forward_origin']);
  return { from: nameOf(from), at: from?.date === undefined ? at : from.date * 1_000 };
}

function nameOf(from: z.infer<typeof origin> | undefined): string {
  const user = [from?.sender_user?.first_name, from?.sender_user?.last_name].filter(Boolean).join(' ');
  return user || from?.sender_user_name || from?.sender_chat?.title || from?.chat?.title || '';
}

function quoteOf(m: RawMessage, userId: number): Quote | undefined {
  const words = read(picked, m['quote'])?.text;
  const reply = read(answered, m['reply_to_message']);
  if (reply !== undefined) {
    // A live card with buttons is answered to reach its session; its lines tell the agent nothing.
    const whole = reply.reply_markup === undefined ? (reply.text ?? reply.caption) : undefined;
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
  const from = nameOf(read(elsewhere, m['external_reply'])?.origin);
  return { whose: 'other', ...(from === '' ? {} : { name: from }), text: words, picked: true };
}
