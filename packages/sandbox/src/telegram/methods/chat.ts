import { ApiError, bad, type ChatMessage } from '../model';
import type { Params } from '../parameters';
import type { SandboxState } from '../state';

/** Carries out a method. Returns its result or throws an {@link ApiError}. `now` in ms since the epoch. */
export type Method = (state: SandboxState, p: Params, now: number) => unknown;

/** The chat of a call. Throws 400 for an unknown chat, and 403 when the user blocked the bot or never wrote to it. */
export function chatOf(s: SandboxState, p: Params): number {
  const id = Number(p['chat_id']);
  if (!s.people.some((person) => person.id === id)) throw bad('chat not found');
  const blocked = s.blocked.get(id);
  if (blocked === 'blocked') throw new ApiError(403, 'Forbidden: bot was blocked by the user');
  if (blocked === 'never-met')
    throw new ApiError(403, "Forbidden: bot can't initiate conversation with a user");
  return id;
}

/** The message of a call. Throws 400 with the description `missing`. */
export function messageOf(s: SandboxState, p: Params, missing: string): ChatMessage {
  const message = s.message(chatOf(s, p), Number(p['message_id']));
  if (message === undefined) throw bad(missing);
  return message;
}

/** The topic that a call names; undefined: none. Throws 400 for one that does not exist, or that takes nothing any more. */
export function topicOf(s: SandboxState, chatId: number, p: Params): number | undefined {
  const thread = p['message_thread_id'];
  if (thread === undefined || thread === 0) return undefined;
  const state = s.topics.get(chatId)?.get(Number(thread))?.state;
  if (state === 'open') return Number(thread);
  if (state === 'closed') throw bad('TOPIC_CLOSED');
  if (state === 'deleted' && s.ignoresDeletedTopics) return undefined;
  throw bad('message thread not found');
}

/**
 * Where a new message goes: its topic, and the message that it replies to. A reply that names no topic goes to that of
 * its message. If that message is gone, the call may allow that; else throws 400.
 */
export function placeOf(s: SandboxState, chatId: number, p: Params): Pick<ChatMessage, 'thread' | 'replyTo'> {
  const named = topicOf(s, chatId, p);
  const reply = replyOf(s, chatId, p);
  const thread = named ?? s.message(chatId, reply.replyTo ?? 0)?.thread;
  return { ...reply, ...(thread === undefined ? {} : { thread }) };
}

function replyOf(s: SandboxState, chatId: number, p: Params): { replyTo?: number } {
  const reply = p['reply_parameters'] as
    | { message_id?: unknown; allow_sending_without_reply?: unknown }
    | null
    | undefined;
  if (reply === undefined || reply === null) return {};
  const replyTo = reply.message_id;
  if (typeof replyTo !== 'number') throw bad('message identifier is not specified');
  if (s.message(chatId, replyTo) !== undefined) return { replyTo };
  if (reply.allow_sending_without_reply === true) return {};
  throw bad('message to be replied not found');
}

/** Adds a message of the bot to a chat, and ends its typing and its draft there. */
export function post(
  s: SandboxState,
  chatId: number,
  now: number,
  p: Params,
  content: Pick<ChatMessage, 'text'> & Partial<ChatMessage>,
): Record<string, unknown> {
  const message: ChatMessage = {
    id: s.newMessageId(chatId),
    chatId,
    fromBot: true,
    date: Math.floor(now / 1_000),
    entities: [],
    keyboard: [],
    silent: p['disable_notification'] === true,
    edits: 0,
    deleted: false,
    ...content,
  };
  s.messages.push(message);
  s.typing.delete(chatId);
  s.drafts.delete(chatId);
  s.touch();
  return s.show(message);
}
