import { bad, type InlineButton, type MessageEntity } from './model';

/** Limits of the Bot API (its documentation of sendMessage, MessageEntity, InlineKeyboardButton). */
export const LIMITS = {
  text: 4096,
  caption: 1024,
  rich: 32_768,
  richColumns: 20,
  entities: 100,
  callbackData: 64,
  callbackAnswer: 200,
  buttons: 100,
  /** Bytes. */
  upload: 50 * 1024 * 1024,
  photo: 10 * 1024 * 1024,
  download: 20 * 1024 * 1024,
  localUpload: 2_000 * 1024 * 1024,
} as const;

/** The most bytes of a file that the server takes: with `--local`, far more. */
export function uploadMax({ filesDir }: { readonly filesDir: string | undefined }): number {
  return filesDir === undefined ? LIMITS.upload : LIMITS.localUpload;
}

const ENTITY_TYPES = new Set([
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'code',
  'pre',
  'text_link',
  'blockquote',
  'expandable_blockquote',
]);
const VERBATIM = new Set(['pre', 'code']);
const QUOTES = new Set(['blockquote', 'expandable_blockquote']);

/** Characters that Telegram does not count as text: a message of nothing else is empty. */
const INVISIBLE = /[\s\p{Cf}\u115f\u1160\u2800\u3164]/gu;

export function checkText(value: unknown, limit: number = LIMITS.text): string {
  if (typeof value !== 'string') throw bad('message text is empty');
  return checkWords(value, limit, 'message is too long');
}

/** A caption may be absent. */
export function checkCaption(value: unknown): string {
  if (value === undefined || value === '') return '';
  if (typeof value !== 'string') throw bad('wrong type of the caption');
  return checkWords(value, LIMITS.caption, 'message caption is too long');
}

function checkWords(value: string, limit: number, tooLong: string): string {
  if (!value.isWellFormed() || value.includes('\0')) throw bad('strings must be encoded in UTF-8');
  if (value.replace(INVISIBLE, '') === '') throw bad('message text is empty');
  if (value.length > limit) throw bad(tooLong);
  if (value.trim() !== value) {
    // The real server trims silently, which shifts every entity: a defect of the caller.
    throw bad('sandbox: the text begins or ends with white space, which Telegram would trim');
  }
  return value;
}

/** Stricter than the real server: refuses what it would silently drop or shift. */
export function checkEntities(value: unknown, text: string): MessageEntity[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw bad("can't parse entities: expected an array");
  if (value.length > LIMITS.entities) throw bad('sandbox: more than 100 entities, which Telegram would drop');
  const entities = value.map((e: unknown) => checkEntity(e, text));
  entities.sort((a, b) => a.offset - b.offset || b.length - a.length);
  entities.forEach((a, i) => entities.slice(i + 1).forEach((b) => checkPair(a, b)));
  return entities;
}

function checkEntity(value: unknown, text: string): MessageEntity {
  if (typeof value !== 'object' || value === null) throw bad("can't parse MessageEntity: expected an Object");
  const { type, offset, length, url, language } = value as MessageEntity;
  if (!ENTITY_TYPES.has(type)) throw bad(`can't parse entities: unknown type ${String(type)}`);
  if (!Number.isInteger(offset) || !Number.isInteger(length) || offset < 0 || length <= 0) {
    throw bad("can't parse entities: wrong offset or length");
  }
  if (offset + length > text.length) throw bad('sandbox: an entity ends after the text');
  const covered = text.slice(offset, offset + length);
  if (!covered.isWellFormed()) throw bad('sandbox: an entity cuts a character in two');
  if (covered.trim() === '') throw bad('sandbox: an entity covers only white space');
  if (covered.trim() !== covered) throw bad('sandbox: an entity begins or ends with white space');
  if (type === 'text_link' && !/^(?:https?|tg|mailto|ton):\S+$/.test(url ?? ''))
    throw bad('sandbox: a text_link without a proper url');
  if (type !== 'text_link' && url !== undefined)
    throw bad('sandbox: a url on an entity other than text_link');
  if (type !== 'pre' && language !== undefined) throw bad('sandbox: a language on an entity other than pre');
  return {
    type,
    offset,
    length,
    ...(url === undefined ? {} : { url }),
    ...(language === undefined ? {} : { language }),
  };
}

/** `a` begins at or before `b`. */
function checkPair(a: MessageEntity, b: MessageEntity): void {
  const aEnd = a.offset + a.length;
  const bEnd = b.offset + b.length;
  if (aEnd <= b.offset) return;
  if (a.offset < b.offset && aEnd < bEnd) throw bad('sandbox: entities cross');
  if (a.type === b.type) throw bad(`sandbox: ${a.type} inside ${b.type}`);
  if (QUOTES.has(a.type) && QUOTES.has(b.type)) throw bad('sandbox: a quote inside a quote');
  const isSameRange = a.offset === b.offset && aEnd === bEnd;
  const isVerbatim = VERBATIM.has(a.type) || VERBATIM.has(b.type);
  const isQuoted = QUOTES.has(a.type) || (isSameRange && QUOTES.has(b.type));
  // Only a quote may contain pre and code; of any other pair, Telegram keeps one.
  if (isVerbatim && !isQuoted) throw bad(`sandbox: ${b.type} and ${a.type} on the same text`);
  if (VERBATIM.has(a.type) && !isSameRange) throw bad(`sandbox: ${b.type} inside ${a.type}`);
}

export function checkKeyboard(markup: unknown): InlineButton[][] {
  if (markup === undefined || markup === null) return [];
  if (typeof markup !== 'object') throw bad('object expected as reply markup');
  const rows = (markup as { inline_keyboard?: unknown }).inline_keyboard;
  if (rows === undefined) return [];
  if (!Array.isArray(rows)) throw bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array');
  const checked = rows.map((row: unknown) => {
    if (!Array.isArray(row)) throw bad('field "inline_keyboard" must be an Array of Arrays');
    return row.map((button: unknown) => checkButton(button));
  });
  if (checked.flat().length > LIMITS.buttons) throw bad('REPLY_MARKUP_TOO_LONG');
  return checked.filter((row) => row.length > 0);
}

function checkButton(value: unknown): InlineButton {
  const { text, callback_data, url } = (value ?? {}) as Record<string, unknown>;
  if (typeof text !== 'string')
    throw bad('can\'t parse InlineKeyboardButton: Field "text" must be of type String');
  if (text.replace(INVISIBLE, '') === '') throw bad('text of the inline keyboard button is empty');
  if (!text.isWellFormed()) throw bad('strings must be encoded in UTF-8');
  if (typeof url === 'string' && callback_data === undefined) {
    if (!/^(?:https?|tg):\S+$/.test(url)) throw bad('BUTTON_URL_INVALID');
    return { text, url };
  }
  if (callback_data === undefined) throw bad('text buttons are unallowed in the inline keyboard');
  const size = typeof callback_data === 'string' ? Buffer.byteLength(callback_data) : 0;
  if (typeof callback_data !== 'string' || size < 1 || size > LIMITS.callbackData)
    throw bad('BUTTON_DATA_INVALID');
  return { text, callback_data };
}
