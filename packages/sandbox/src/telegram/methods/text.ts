import { bad, type ApiError, type ChatMessage } from '../model';
import type { Params } from '../parameters';
import { checkRich } from '../rich';
import type { SandboxState } from '../state';
import { checkCaption, checkEntities, checkKeyboard, checkText } from '../strict';
import { chatOf, messageOf, placeOf, post, topicOf, type Method } from './chat';

export const TEXT_METHODS: Readonly<Record<string, Method>> = {
  sendMessage(s, p, now) {
    const chatId = chatOf(s, p);
    refuseMarkup(p);
    const text = checkText(p['text']);
    const entities = checkEntities(p['entities'], text);
    const keyboard = checkKeyboard(p['reply_markup']);
    return post(s, chatId, now, p, { text, entities, keyboard, ...placeOf(s, chatId, p) });
  },
  sendRichMessage(s, p, now) {
    const chatId = chatOf(s, p);
    const text = checkRich(p['rich_message']);
    const keyboard = checkKeyboard(p['reply_markup']);
    return post(s, chatId, now, p, { text, keyboard, rich: true, ...placeOf(s, chatId, p) });
  },
  sendMessageDraft(s, p) {
    const chatId = chatOf(s, p);
    const id = Number(p['draft_id']);
    if (!Number.isInteger(id) || id === 0) throw bad('draft_id must be non-zero');
    const text = checkText(p['text']);
    const thread = topicOf(s, chatId, p);
    const topic = thread === undefined ? {} : { thread };
    s.drafts.set(chatId, { id, text, entities: checkEntities(p['entities'], text), ...topic });
    s.touch();
    return true;
  },
  editMessageText(s, p) {
    const message = editable(s, p);
    refuseMarkup(p);
    if (message.media !== undefined) throw bad('there is no text in the message to edit');
    const rich = p['rich_message'] !== undefined;
    if (rich && s.absent.has('sendRichMessage')) throw bad('message text is empty');
    const text = rich ? checkRich(p['rich_message']) : checkText(p['text']);
    const entities = rich ? [] : checkEntities(p['entities'], text);
    return change(s, message, { text, entities, keyboard: checkKeyboard(p['reply_markup']), rich });
  },
  editMessageCaption(s, p) {
    const message = editable(s, p);
    refuseMarkup(p);
    if (message.media === undefined) throw bad('there is no caption in the message to edit');
    const text = checkCaption(p['caption']);
    const entities = checkEntities(p['caption_entities'], text);
    return change(s, message, { text, entities, keyboard: checkKeyboard(p['reply_markup']) });
  },
  editMessageReplyMarkup(s, p) {
    return change(s, editable(s, p), { keyboard: checkKeyboard(p['reply_markup']) });
  },
  deleteMessage(s, p, now) {
    const message = messageOf(s, p, 'message to delete not found');
    if (!isDeletable(message, now)) throw bad("message can't be deleted for everyone");
    message.deleted = true;
    s.touch();
    return true;
  },
  deleteMessages(s, p, now) {
    const ids = p['message_ids'];
    if (!Array.isArray(ids) || ids.length < 1) throw bad('message identifiers are not specified');
    if (ids.length > 100) throw bad('too many message identifiers specified');
    const chatId = chatOf(s, p);
    for (const id of ids) {
      const message = s.message(chatId, Number(id));
      if (message !== undefined && isDeletable(message, now)) message.deleted = true;
    }
    s.touch();
    return true;
  },
};

/** A bot can delete a message for this long, s (Bot API, deleteMessage). */
const DELETABLE_S = 48 * 3_600;

function isDeletable(message: ChatMessage, now: number): boolean {
  return now / 1_000 - message.date < DELETABLE_S;
}

/** The sandbox reads no markup: ccbot sends text and entities separately, so nothing has to be escaped. */
export function refuseMarkup(p: Params): void {
  if (p['parse_mode'] !== undefined) throw bad('sandbox: parse_mode is not supported; send entities');
}

/** The message of an edit. Throws 400 when the bot did not write it. */
export function editable(s: SandboxState, p: Params): ChatMessage {
  const message = messageOf(s, p, 'message to edit not found');
  if (!message.fromBot) throw bad("message can't be edited");
  return message;
}

/** Changes the content of a message. Throws 400 when nothing would look different. */
export function change(
  s: SandboxState,
  message: ChatMessage,
  content: Partial<ChatMessage>,
): Record<string, unknown> {
  const visible = (m: ChatMessage): string =>
    JSON.stringify([m.text, m.entities, m.keyboard, m.rich ?? false, m.media?.kind, m.media?.file.id]);
  const after = { ...message, ...content };
  if (visible(message) === visible(after)) throw notModified();
  Object.assign(message, content, { edits: message.edits + 1 });
  s.touch();
  return s.show(message);
}

function notModified(): ApiError {
  return bad(
    'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message',
  );
}
