import { bad, type ApiError, type ChatMessage } from './model';
import { checkEntities, checkKeyboard, checkText, LIMITS } from './strict';
import type { SandboxState } from './state';

/** The parameters of a call, as they came. */
export type Params = Record<string, unknown>;

/** How long a tap can be answered, ms. */
const QUERY_MS = 15_000;

/** The methods that answer at once; `getUpdates` is the server's own. */
export const METHODS: Readonly<Record<string, (state: SandboxState, p: Params, now: number) => unknown>> = {
  getMe: (s) => ({ ...s.bot, can_join_groups: false, can_read_all_group_messages: false }),
  getWebhookInfo: (s) => ({ url: s.webhook, pending_update_count: s.updates.length }),
  setWebhook: (s, p) => ((s.webhook = String(p['url'] ?? '')), true),
  deleteWebhook: (s) => ((s.webhook = ''), true),
  setMyCommands(s, p) {
    const commands = p['commands'];
    if (!Array.isArray(commands)) throw bad("can't parse BotCommand");
    for (const c of commands as { command?: string; description?: string }[]) {
      if (!/^[a-z0-9_]{1,32}$/.test(c.command ?? '')) throw bad('BOT_COMMAND_INVALID');
      const length = c.description?.length ?? 0;
      if (length < 1 || length > 256) throw bad('BOT_COMMAND_DESCRIPTION_INVALID');
    }
    s.commands = commands as typeof s.commands;
    s.touch();
    return true;
  },
  getMyCommands: (s) => s.commands,
  getChat: (s, p) => ({ id: chatOf(s, p), type: 'private' }),
  sendMessage(s, p, now) {
    const chatId = chatOf(s, p);
    const text = checkText(p['text']);
    const reply = p['reply_parameters'] as
      { message_id?: number; allow_sending_without_reply?: boolean } | undefined;
    const replyTo = reply?.message_id;
    if (
      replyTo !== undefined &&
      s.message(chatId, replyTo) === undefined &&
      reply?.allow_sending_without_reply !== true
    ) {
      throw bad('message to be replied not found');
    }
    const message: ChatMessage = {
      id: s.newMessageId(chatId),
      chatId,
      fromBot: true,
      date: Math.floor(now / 1_000),
      text,
      entities: checkEntities(p['entities'], text),
      keyboard: checkKeyboard(p['reply_markup']),
      silent: p['disable_notification'] === true,
      edits: 0,
      deleted: false,
      ...(replyTo === undefined || s.message(chatId, replyTo) === undefined ? {} : { replyTo }),
    };
    s.messages.push(message);
    s.typing.delete(chatId);
    s.touch();
    return s.show(message);
  },
  editMessageText(s, p) {
    const message = editable(s, p);
    const text = checkText(p['text']);
    const entities = checkEntities(p['entities'], text);
    const keyboard = checkKeyboard(p['reply_markup']);
    const before = JSON.stringify([message.text, message.entities, message.keyboard]);
    if (before === JSON.stringify([text, entities, keyboard])) throw notModified();
    Object.assign(message, { text, entities, keyboard, edits: message.edits + 1 });
    s.touch();
    return s.show(message);
  },
  editMessageReplyMarkup(s, p) {
    const message = editable(s, p);
    const keyboard = checkKeyboard(p['reply_markup']);
    if (JSON.stringify(message.keyboard) === JSON.stringify(keyboard)) throw notModified();
    Object.assign(message, { keyboard, edits: message.edits + 1 });
    s.touch();
    return s.show(message);
  },
  deleteMessage(s, p) {
    const message = s.message(chatOf(s, p), Number(p['message_id']));
    if (message === undefined) throw bad('message to delete not found');
    message.deleted = true;
    s.touch();
    return true;
  },
  deleteMessages(s, p) {
    const ids = p['message_ids'];
    if (!Array.isArray(ids) || ids.length < 1 || ids.length > 100)
      throw bad('message identifiers are not specified');
    const chatId = chatOf(s, p);
    for (const id of ids) {
      const message = s.message(chatId, Number(id));
      if (message !== undefined) message.deleted = true;
    }
    s.touch();
    return true;
  },
  answerCallbackQuery(s, p, now) {
    const query = s.queries.get(String(p['callback_query_id']));
    if (query === undefined || query.answered !== undefined || now - query.at > QUERY_MS) {
      throw bad('query is too old and response timeout expired or query ID is invalid');
    }
    const text = String(p['text'] ?? '');
    if (text.length > LIMITS.callbackAnswer) throw bad('MESSAGE_TOO_LONG');
    query.answered = text;
    query.alert = p['show_alert'] === true;
    s.touch();
    return true;
  },
  sendChatAction(s, p, now) {
    s.typing.set(chatOf(s, p), now + 5_000);
    s.touch();
    return true;
  },
  setMessageReaction(s, p) {
    const message = s.message(chatOf(s, p), Number(p['message_id']));
    if (message === undefined) throw bad('message to react not found');
    const [first] = (p['reaction'] as { type?: string; emoji?: string }[] | undefined) ?? [];
    if (first?.emoji === undefined) delete message.reaction;
    else message.reaction = first.emoji;
    s.touch();
    return true;
  },
};

function notModified(): ApiError {
  return bad(
    'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
  );
}

function chatOf(s: SandboxState, p: Params): number {
  const id = Number(p['chat_id']);
  if (!s.people.some((person) => person.id === id)) throw bad('chat not found');
  return id;
}

function editable(s: SandboxState, p: Params): ChatMessage {
  const message = s.message(chatOf(s, p), Number(p['message_id']));
  if (message === undefined) throw bad('message to edit not found');
  if (!message.fromBot) throw bad("message can't be edited");
  return message;
}
