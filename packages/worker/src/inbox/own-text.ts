import * as z from 'zod/mini';
import { hasTooManyEntities } from './entities';
import type { Admitted, RawMessage } from './model';

/**
 * What a message may hold whose text its sender wrote, and nothing else. A field that is not listed, perhaps of a later
 * Bot API, may bring something of others: a forward, a quote, the result of another bot, a name.
 */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  'message_id',
  'message_thread_id',
  'is_topic_message',
  'from',
  'chat',
  'date',
  'edit_date',
  'is_from_offline',
  'effect_id',
  'text',
  'entities',
  'link_preview_options',
  'reply_to_message',
]);

/** What Telegram marks in a text without bringing anything into it, such as the name of a contact or another link. */
const OWN_ENTITIES: ReadonlySet<string> = new Set([
  'mention',
  'hashtag',
  'cashtag',
  'bot_command',
  'url',
  'email',
  'phone_number',
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'code',
  'pre',
]);

const plain = z.object({
  text: z.string(),
  entities: z.optional(z.array(z.object({ type: z.string() }))),
  link_preview_options: z.optional(z.object({ url: z.optional(z.string()) })),
});

const replied = z.object({ from: z.object({ id: z.number(), is_bot: z.boolean() }) });

/**
 * Whether a message is plain text that its sender wrote, with nothing of others in it. A reply to the bot, or to such a
 * message of the sender, is one too: it names a session, and the text that it answers does not belong to it.
 */
export function isOwnText(m: RawMessage, userId: number): boolean {
  if (hasTooManyEntities(m['entities'])) return false;
  const read = plain.safeParse(m);
  if (!read.success || !Object.keys(m).every((field) => OWN_FIELDS.has(field))) return false;
  const { text, entities = [], link_preview_options: preview } = read.data;
  return (
    entities.every(({ type }) => OWN_ENTITIES.has(type)) &&
    (preview?.url === undefined || holdsLink(text, preview.url)) &&
    (m['reply_to_message'] === undefined || isOwnReply(m['reply_to_message'], userId))
  );
}

const marked = z.object({ entities: z.array(z.object({ type: z.string() })) });

/**
 * Whether the words themselves are not all the sender's, such as the name of a contact that the phone put in. Such a
 * text must not become a command of an agent, which may run it.
 */
export function holdsOthersWords(m: RawMessage): boolean {
  if (m['entities'] === undefined) return false;
  if (hasTooManyEntities(m['entities'])) return true;
  const read = marked.safeParse(m);
  // The text over a hidden link is the sender's.
  return (
    !read.success || read.data.entities.some(({ type }) => !OWN_ENTITIES.has(type) && type !== 'text_link')
  );
}

/** Whether the page of a preview is one that the text itself names, with or without its scheme. */
function holdsLink(text: string, url: string): boolean {
  const bare = (link: string): string => link.toLowerCase().replace(/^https?:\/\//, '');
  return text.toLowerCase().includes(bare(url).replace(/\/$/, ''));
}

function isOwnReply(message: unknown, userId: number): boolean {
  const read = replied.safeParse(message);
  if (!read.success) return false;
  if (read.data.from.is_bot) return true;
  return read.data.from.id === userId && isOwnText(message as RawMessage, userId);
}

/** Whether everything in what a user sent is text that they wrote. */
export function isAllOwn(inbound: Admitted): boolean {
  return inbound.kind === 'text' && inbound.parts.every(({ own }) => own === true);
}
