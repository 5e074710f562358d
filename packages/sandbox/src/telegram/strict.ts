import { bad, type InlineButton, type MessageEntity } from './model';

/** Limits of the Bot API (its documentation of sendMessage, MessageEntity, InlineKeyboardButton). */
export const LIMITS = {
  text: 4096,
  entities: 100,
  callbackData: 64,
  callbackAnswer: 200,
  buttonText: 64,
} as const;

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

/** Characters that show nothing; a message of nothing else is empty to Telegram. */
const INVISIBLE = /[\s\u200b-\u200f\u2060\ufeff\u00ad]/g;

/** The text of a message, checked. */
export function checkText(value: unknown, limit: number = LIMITS.text): string {
  if (typeof value !== 'string') throw bad('message text is empty');
  if (value.replace(INVISIBLE, '') === '') throw bad('message text is empty');
  if (value.length > limit) throw bad('message is too long');
  if (!value.isWellFormed()) throw bad('strings must be encoded in UTF-8');
  if (value.trim() !== value) {
    // The real server trims silently, and every offset shifts: that is a defect of the caller.
    throw bad('sandbox: the text begins or ends with white space, which Telegram would cut');
  }
  return value;
}

/** Entities, checked more strictly than the real server does: what it would silently drop or shift is refused. */
export function checkEntities(value: unknown, text: string): MessageEntity[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw bad("can't parse entities: expected an array");
  if (value.length > LIMITS.entities) throw bad('sandbox: more than 100 entities, which Telegram would drop');
  const entities = value as MessageEntity[];
  for (const e of entities) checkEntity(e, text);
  for (const a of entities) {
    for (const b of entities) {
      if (a === b) continue;
      const [aEnd, bEnd] = [a.offset + a.length, b.offset + b.length];
      if (a.offset < b.offset && b.offset < aEnd && aEnd < bEnd) throw bad('sandbox: entities cross');
      const inside = b.offset >= a.offset && bEnd <= aEnd && !(b.offset === a.offset && bEnd === aEnd);
      if ((a.type === 'pre' || a.type === 'code') && inside) throw bad(`sandbox: an entity inside ${a.type}`);
    }
  }
  return entities;
}

function checkEntity(e: MessageEntity, text: string): void {
  if (!ENTITY_TYPES.has(e.type)) throw bad(`can't parse entities: unknown type ${String(e.type)}`);
  if (!Number.isInteger(e.offset) || !Number.isInteger(e.length) || e.offset < 0 || e.length <= 0) {
    throw bad("can't parse entities: wrong offset or length");
  }
  if (e.offset + e.length > text.length) throw bad('sandbox: an entity ends behind the text');
  const covered = text.slice(e.offset, e.offset + e.length);
  if (!covered.isWellFormed()) throw bad('sandbox: an entity cuts a character in two');
  if (covered.trim() === '') throw bad('sandbox: an entity covers only white space');
  if (covered.trim() !== covered) throw bad('sandbox: an entity begins or ends with white space');
  if (e.type === 'text_link' && !/^(?:https?|tg|mailto):/.test(e.url ?? ''))
    throw bad('sandbox: a text_link without a proper url');
}

/** An inline keyboard, checked. */
export function checkKeyboard(markup: unknown): InlineButton[][] {
  if (markup === undefined || markup === null) return [];
  const value: unknown = typeof markup === 'string' ? JSON.parse(markup) : markup;
  const rows = (value as { inline_keyboard?: unknown }).inline_keyboard;
  if (rows === undefined) return [];
  if (!Array.isArray(rows)) throw bad('object expected as reply markup');
  return rows.map((row: unknown) => {
    if (!Array.isArray(row)) throw bad('field "inline_keyboard" must be an Array of Arrays');
    return row.map((button: InlineButton) => {
      if (typeof button.text !== 'string' || button.text.trim() === '')
        throw bad('text buttons are unallowed in the inline keyboard');
      const size = Buffer.byteLength(button.callback_data ?? '');
      if (size < 1 || size > LIMITS.callbackData) throw bad('BUTTON_DATA_INVALID');
      return button;
    });
  });
}
