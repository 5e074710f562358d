import { bad } from '../model';
import { LIMITS } from '../strict';
import { chatOf, messageOf, type Method } from './chat';
import { REACTIONS } from './reactions';

/** A tap can be answered for this long, ms (the real server allows some 15 s). */
export const QUERY_MS = 15_000;

/** A chat action is shown for this long, ms (Bot API, sendChatAction). */
export const TYPING_MS = 5_000;

const ACTIONS = new Set(
  'typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker find_location record_video_note upload_video_note'.split(
    ' ',
  ),
);

export const BOT_METHODS: Readonly<Record<string, Method>> = {
  getMe: (s) => ({
    ...s.bot,
    can_join_groups: false,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
    has_topics_enabled: s.hasTopics,
    allows_users_to_create_topics: s.hasTopics,
  }),
  getWebhookInfo: (s) => ({
    url: s.webhook,
    has_custom_certificate: false,
    pending_update_count: s.updates.length,
  }),
  setWebhook(s, p) {
    const url = String(p['url'] ?? '');
    if (url !== '' && !url.startsWith('https://'))
      throw bad('bad webhook: An HTTPS URL must be provided for webhook');
    s.webhook = url;
    if (p['drop_pending_updates'] === true) s.forgetUpdates(Infinity);
    s.touch();
    return true;
  },
  deleteWebhook(s, p) {
    s.webhook = '';
    if (p['drop_pending_updates'] === true) s.forgetUpdates(Infinity);
    s.touch();
    return true;
  },
  getChat(s, p) {
    const id = chatOf(s, p);
    const { first_name } = s.people.find((person) => person.id === id) ?? { first_name: '' };
    return { id, type: 'private', first_name };
  },
  answerCallbackQuery(s, p, now) {
    const text = String(p['text'] ?? '');
    if (text.length > LIMITS.callbackAnswer) throw bad('MESSAGE_TOO_LONG');
    const query = s.queries.get(String(p['callback_query_id']));
    if (query === undefined || query.answered !== undefined || now - query.at > QUERY_MS) {
      throw bad('query is too old and response timeout expired or query ID is invalid');
    }
    query.answered = text;
    query.alert = p['show_alert'] === true;
    s.touch();
    return true;
  },
  sendChatAction(s, p, now) {
    const chatId = chatOf(s, p);
    if (!ACTIONS.has(String(p['action']))) throw bad('wrong parameter action in request');
    s.typing.set(chatId, now + TYPING_MS);
    s.touch();
    return true;
  },
  setMessageReaction(s, p) {
    const message = messageOf(s, p, 'message to react not found');
    const reactions = (p['reaction'] ?? []) as { type?: string; emoji?: string }[];
    if (!Array.isArray(reactions)) throw bad("can't parse reaction types JSON object");
    if (reactions.length > 1) throw bad('REACTIONS_TOO_MANY');
    const [first] = reactions;
    if (first !== undefined && (first.type !== 'emoji' || !REACTIONS.has(first.emoji ?? '')))
      throw bad('REACTION_INVALID');
    if (first?.emoji === undefined) delete message.reaction;
    else message.reaction = first.emoji;
    s.touch();
    return true;
  },
  pinChatMessage(s, p) {
    messageOf(s, p, 'message to pin not found').pinned = true;
    s.touch();
    return true;
  },
  unpinChatMessage(s, p) {
    delete messageOf(s, p, 'message to unpin not found').pinned;
    s.touch();
    return true;
  },
};
