import type { Entity, KeptFile, Part } from '../cards/view';
import type { FileToUpload } from '../telegram/api';
import { CAPTION_MAX, inWords } from './accept';
import { markRepeated, REPEAT_MARK, type Form, type NextCall } from './decide';
import type { QueuedView } from './model';

/** The most UTF-16 units of a message. */
const TEXT_MAX = 4_096;

/** What a call may take at least, ms; uploads have the time that this many bytes a second need, up to the most. */
const CALL_MS = 30_000;
const UPLOAD_BYTES_PER_S = 100 * 1024;
/** Telegraf's own limit is 500 s. */
const UPLOAD_MOST_MS = 490_000;

/** A call of the Bot API. */
export interface ApiCall {
  method: string;
  payload: Record<string, unknown>;
  timeoutMs: number;
  /** How many messages it shows: Telegram counts these. */
  messages: number;
}

/** A part in one of its forms; `said`: the words that stand for it in the last one. */
export function shaped(part: Part, form: Form, said: string): Part {
  const { file } = part;
  switch (form) {
    case 'whole':
      return part;
    case 'document':
    case 'plain': {
      const plain = form === 'plain' ? { ...part, entities: [] } : part;
      return file === undefined ? plain : { ...plain, file: { ...file, as: 'document' } };
    }
    case 'words':
      return inWords({ ...part, text: file === undefined ? '' : part.text, entities: [] }, said);
  }
}

/** The call that does the next thing. `parts` are the wanted ones in the forms in which they are shown. */
export function requestOf(
  wanted: QueuedView,
  parts: readonly Part[],
  call: Exclude<NextCall, { do: 'nothing' }>,
  pathOf: (kept: KeptFile) => string,
): ApiCall {
  const chat_id = wanted.chatId;
  if (call.do === 'delete') {
    const one = call.messages.length === 1;
    const which = one ? { message_id: call.messages[0] } : { message_ids: call.messages };
    const method = one ? 'deleteMessage' : 'deleteMessages';
    return { method, payload: { chat_id, ...which }, timeoutMs: CALL_MS, messages: 1 };
  }
  if (call.do === 'edit') {
    const target = { chat_id, message_id: call.message };
    const part = parts[call.part] as Part;
    switch (call.what) {
      case 'text':
        return plainly('editMessageText', {
          ...target,
          ...(richOf(part) ?? textOf(part)),
          ...keyboardOf(part),
        });
      case 'caption':
        return plainly('editMessageCaption', { ...target, ...captionOf(part), ...keyboardOf(part) });
      case 'file':
        return {
          method: 'editMessageMedia',
          payload: { ...target, media: mediaOf(part, pathOf), ...keyboardOf(part) },
          timeoutMs: timeFor([part]),
          messages: 1,
        };
    }
  }
  const first = call.do === 'send' ? call.part : 0;
  const how = {
    // What has several messages makes one sound.
    ...(wanted.silent === true || first > 0 ? { disable_notification: true } : {}),
    ...(wanted.replyTo === undefined || first > 0
      ? {}
      : { reply_parameters: { message_id: wanted.replyTo, allow_sending_without_reply: true } }),
  };
  if (call.do === 'album') {
    const files = call.parts.map((i) => (i === 0 && call.marked ? marked(parts[i]) : parts[i]) as Part);
    const media = files.map((part) => mediaOf(part, pathOf));
    const payload = { chat_id, media, ...how };
    return { method: 'sendMediaGroup', payload, timeoutMs: timeFor(files), messages: files.length };
  }
  const part = (call.marked ? marked(parts[first]) : parts[first]) as Part;
  const rich = richOf(part);
  if (rich !== undefined) {
    return plainly('sendRichMessage', { chat_id, ...rich, ...keyboardOf(part), ...how });
  }
  if (part.file === undefined) {
    return plainly('sendMessage', { chat_id, ...textOf(part), ...keyboardOf(part), ...how });
  }
  const { type, media, ...caption } = mediaOf(part, pathOf);
  return {
    method: type === 'photo' ? 'sendPhoto' : 'sendDocument',
    payload: { chat_id, [type]: media, ...caption, ...keyboardOf(part), ...how },
    timeoutMs: timeFor([part]),
    messages: 1,
  };
}

function plainly(method: string, payload: Record<string, unknown>): ApiCall {
  return { method, payload, timeoutMs: CALL_MS, messages: 1 };
}

function marked(part: Part | undefined): Part | undefined {
  if (part?.markdown !== undefined) return { ...part, markdown: `${REPEAT_MARK}\n${part.markdown}` };
  return part && markRepeated(part, part.file === undefined ? TEXT_MAX : CAPTION_MAX);
}

function richOf({ markdown }: Part): { rich_message: { markdown: string } } | undefined {
  return markdown === undefined ? undefined : { rich_message: { markdown } };
}

function textOf(part: Part): { text: string; entities: readonly Entity[]; link_preview_options: object } {
  return { text: part.text, entities: part.entities, link_preview_options: { is_disabled: true } };
}

/** An empty caption is given too: in an edit it takes away the one that is there. */
function captionOf(part: Part): { caption: string; caption_entities: readonly Entity[] } {
  return { caption: part.text, caption_entities: part.entities };
}

function mediaOf(
  part: Part,
  pathOf: (kept: KeptFile) => string,
): { type: 'photo' | 'document'; media: FileToUpload | undefined } & ReturnType<typeof captionOf> {
  const { file } = part;
  const kept = file !== undefined && 'kept' in file.content ? file.content.kept : undefined;
  const media = file && kept && { upload: { path: pathOf(kept), name: file.name } };
  return { type: file?.as ?? 'document', media, ...captionOf(part) };
}

function keyboardOf(part: Part): { reply_markup?: object } {
  if (part.buttons === undefined || part.buttons.length === 0) return {};
  const inline_keyboard = part.buttons.map((row) =>
    row.map((b) => ({ text: b.text, callback_data: b.data })),
  );
  return { reply_markup: { inline_keyboard } };
}

function timeFor(parts: readonly Part[]): number {
  const sizes = parts.map(({ file }) => (file && 'kept' in file.content ? file.content.kept.size : 0));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return Math.min(UPLOAD_MOST_MS, CALL_MS + Math.ceil((bytes / UPLOAD_BYTES_PER_S) * 1_000));
}
