import { bad } from './model';

/** The parameters of a call; files are {@link Upload}s. */
export type Params = Record<string, unknown>;

/** The type of a parameter; a form serializes `json`. */
type Kind = 'int' | 'text' | 'bool' | 'json' | 'file';

const sending = {
  chat_id: 'int',
  message_thread_id: 'int',
  disable_notification: 'bool',
  protect_content: 'bool',
  message_effect_id: 'text',
  reply_parameters: 'json',
  reply_markup: 'json',
} as const satisfies Record<string, Kind>;
const words = { text: 'text', entities: 'json', link_preview_options: 'json' } as const;
const caption = { caption: 'text', caption_entities: 'json', show_caption_above_media: 'bool' } as const;
const message = { chat_id: 'int', message_id: 'int' } as const;

/** Every method of the sandbox with its parameters (Bot API documentation). */
const KNOWN: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  getMe: {},
  getUpdates: { offset: 'int', limit: 'int', timeout: 'int', allowed_updates: 'json' },
  getWebhookInfo: {},
  setWebhook: {
    url: 'text',
    secret_token: 'text',
    max_connections: 'int',
    drop_pending_updates: 'bool',
    allowed_updates: 'json',
  },
  deleteWebhook: { drop_pending_updates: 'bool' },
  setMyCommands: { commands: 'json', scope: 'json', language_code: 'text' },
  deleteMyCommands: { scope: 'json', language_code: 'text' },
  getMyCommands: { scope: 'json', language_code: 'text' },
  getChat: { chat_id: 'int' },
  sendMessage: { ...sending, ...words },
  sendRichMessage: { ...sending, rich_message: 'json' },
  sendMessageDraft: {
    chat_id: 'int',
    message_thread_id: 'int',
    draft_id: 'int',
    text: 'text',
    entities: 'json',
  },
  sendPhoto: { ...sending, ...caption, photo: 'file', has_spoiler: 'bool' },
  sendDocument: {
    ...sending,
    ...caption,
    document: 'file',
    thumbnail: 'file',
    disable_content_type_detection: 'bool',
  },
  sendMediaGroup: {
    chat_id: 'int',
    message_thread_id: 'int',
    media: 'json',
    disable_notification: 'bool',
    protect_content: 'bool',
    reply_parameters: 'json',
  },
  editMessageText: { ...message, ...words, rich_message: 'json', reply_markup: 'json' },
  editMessageMedia: { ...message, media: 'json', reply_markup: 'json' },
  editMessageCaption: { ...message, ...caption, reply_markup: 'json' },
  editMessageReplyMarkup: { ...message, reply_markup: 'json' },
  deleteMessage: message,
  deleteMessages: { chat_id: 'int', message_ids: 'json' },
  pinChatMessage: { ...message, disable_notification: 'bool' },
  unpinChatMessage: message,
  answerCallbackQuery: {
    callback_query_id: 'text',
    text: 'text',
    show_alert: 'bool',
    url: 'text',
    cache_time: 'int',
  },
  sendChatAction: { chat_id: 'int', message_thread_id: 'int', action: 'text' },
  setMessageReaction: { ...message, reaction: 'json', is_big: 'bool' },
  getFile: { file_id: 'text' },
};

/** Converts parameters from a form or JSON to their types. Unknown ones are kept and named in `warnings`. */
export function readParams(method: string, raw: Params): { params: Params; warnings: string[] } {
  const known = KNOWN[method] ?? {};
  const params: Params = {};
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(raw)) {
    const kind = known[name];
    params[name] = kind === undefined ? value : convert(kind, name, value);
    // A file parameter may point to another part of the form with attach://; that part can have any name.
    const isAttached = typeof value === 'object' && value !== null && 'bytes' in value;
    // Some clients repeat the method in the body, which the real server accepts.
    const isMethod = name === 'method' && value === method;
    if (kind === undefined && !isAttached && !isMethod) warnings.push(`${method}: unknown parameter ${name}`);
  }
  return { params, warnings };
}

function convert(kind: Kind, name: string, value: unknown): unknown {
  switch (kind) {
    case 'int': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (!Number.isSafeInteger(number)) throw bad(`parameter "${name}" is not an integer`);
      return number;
    }
    case 'bool':
      if (typeof value === 'boolean') return value;
      return /^(?:true|yes|1)$/i.test(String(value));
    case 'json':
      if (typeof value !== 'string') return value;
      try {
        return JSON.parse(value) as unknown;
      } catch {
        throw bad(`can't parse JSON object of ${name}`);
      }
    case 'text':
      if (typeof value === 'number') return String(value);
      if (typeof value !== 'string') throw bad(`parameter "${name}" is not a text`);
      return value;
    case 'file':
      return value;
  }
}
