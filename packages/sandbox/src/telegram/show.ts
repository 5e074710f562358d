import type { ChatMessage, Special, StoredFile, User } from './model';

/** The users and messages that a message may refer to. */
interface ChatHistory {
  readonly bot: User;
  readonly people: readonly User[];
  message(chatId: number, messageId: number): ChatMessage | undefined;
}

/** The message as the Bot API sends it. */
export function show(state: ChatHistory, m: ChatMessage, nested = false): Record<string, unknown> {
  const person = state.people.find((p) => p.id === m.chatId);
  const repliedTo = m.replyTo === undefined ? undefined : state.message(m.chatId, m.replyTo);
  const entities = m.entities.length > 0 ? m.entities : undefined;
  return {
    message_id: m.id,
    date: m.date,
    chat: { id: m.chatId, type: 'private', first_name: person?.first_name ?? 'Nobody' },
    from: m.fromBot ? state.bot : person,
    ...(m.thread === undefined ? {} : { message_thread_id: m.thread, is_topic_message: true }),
    ...(m.special !== undefined
      ? showSpecial(m.special, m.id)
      : m.media === undefined
        ? { text: m.text, ...(entities && { entities }) }
        : {
            ...showMedia(m.media.kind, m.media.file),
            ...(m.text === '' ? {} : { caption: m.text, ...(entities && { caption_entities: entities }) }),
          }),
    ...(m.mediaGroupId === undefined ? {} : { media_group_id: m.mediaGroupId }),
    ...(m.keyboard.length > 0 ? { reply_markup: { inline_keyboard: m.keyboard } } : {}),
    // As on the real server, a reply contains its message, but not the message that one replied to.
    ...(repliedTo === undefined || nested ? {} : { reply_to_message: show(state, repliedTo, true) }),
    ...(m.quote === undefined || nested ? {} : { quote: { ...m.quote, is_manual: true } }),
    ...(m.forward === undefined ? {} : { forward_origin: m.forward, forward_date: m.forward.date }),
    ...(m.edits > 0 ? { edit_date: m.date } : {}),
  };
}

/** Longer side of the thumbnail that Telegram offers beside the whole picture, pixels. */
const THUMB = 90;

function showMedia(
  kind: NonNullable<ChatMessage['media']>['kind'],
  file: StoredFile,
): Record<string, unknown> {
  const base = { file_id: file.id, file_unique_id: file.uniqueId, file_size: file.bytes.length };
  const named = { ...base, file_name: file.name, mime_type: file.mime };
  const { width = 0, height = 0 } = file;
  switch (kind) {
    case 'photo': {
      const scale = Math.min(1, THUMB / Math.max(width, height, 1));
      const small = { width: Math.ceil(width * scale), height: Math.ceil(height * scale) };
      return {
        photo: [
          { ...base, ...small, file_unique_id: `${file.uniqueId}s` },
          { ...base, width, height },
        ],
      };
    }
    case 'document':
      return { document: named };
    case 'animation':
      // For bots that do not know animations, it is also a document.
      return { animation: { ...named, width, height, duration: 1 }, document: named };
    case 'video_note':
      return { video_note: { ...base, length: 240, duration: 1 } };
    case 'voice':
      return { voice: { ...base, mime_type: file.mime, duration: 1 } };
    case 'audio':
      return { audio: { ...named, duration: 1 } };
    case 'video':
      return { video: { ...named, width, height, duration: 1 } };
  }
}

/** Only the fields that a bot needs; the real server sends more. */
function showSpecial(special: Special, id: number): Record<string, unknown> {
  if ('sticker' in special) {
    const file = { file_id: `sticker${id}`, file_unique_id: `s${id}` };
    const kind = { type: 'regular', width: 512, height: 512, is_animated: false, is_video: false };
    return { sticker: { ...file, ...kind, ...special.sticker } };
  }
  if ('venue' in special) return { ...special, location: special.venue.location };
  if ('poll' in special) {
    const options = special.poll.options.map((text) => ({ text, voter_count: 0 }));
    return { poll: { id: String(id), ...special.poll, options, total_voter_count: 0, is_closed: false } };
  }
  return special;
}
