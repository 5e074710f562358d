import type { Entity, KeptFile, Part } from '../cards/view';
import type { FileToUpload } from '../telegram/api';
import { CAPTION_MAX, inWords } from './accept';
import type { Call } from './call';
import { markRepeated, type Form } from './decide';
import { NO_THREAD, type QueuedView, type Thread } from './model';

/** The most UTF-16 units of a message. */
const TEXT_MAX = 4_096;

/** The shortest timeout of a call, ms. An upload gets the time it needs at this many bytes a second, up to the most. */
const CALL_MS = 30_000;
const UPLOAD_BYTES_PER_S = 100 * 1024;
/** What Telegram takes at most needs no longer. A server of one's own may get far larger files, over a fast line. */
const UPLOAD_MOST_MS = 490_000;
const LARGE_BYTES_PER_S = 1024 * 1024;

/** A call of the Bot API. */
export interface ApiCall {
  method: string;
  payload: Record<string, unknown>;
  timeoutMs: number;
  /** How many messages it shows; Telegram's limits count these. */
  messages: number;
}

/** What a request needs besides the view. */
export interface RequestOptions {
  pathOf(kept: KeptFile): string;
  /** The line above an answer that may be a repetition. */
  repeatMark: string;
}

/** A part in one of its forms; `words`: what the last form says. */
export function shaped(part: Part, form: Form, words: string): Part {
  const { file } = part;
  switch (form) {
    case 'whole':
      return part;
    case 'document':
    case 'plain': {
      const plain = form === 'plain' ? { ...part, entities: [] } : part;
      return file === undefined ? plain : { ...plain, file: { ...file, as: 'document' } };
    }
    case 'words': {
      if (file !== undefined) return inWords({ ...part, entities: [] }, words);
      // Its buttons go with the text: nobody may confirm what they cannot read.
      return { text: words, entities: [] };
    }
  }
}

/** The request of a call. `parts` are in the forms in which they are shown. */
export function requestOf(
  queued: QueuedView,
  parts: readonly Part[],
  call: Call,
  options: RequestOptions,
): ApiCall {
  switch (call.do) {
    case 'delete':
      return deleteRequest(queued.chatId, call.messages);
    case 'edit':
      return editRequest(queued.chatId, parts, call, options);
    case 'album':
      return albumRequest(queued, parts, call, options);
    case 'send':
      return sendRequest(queued, parts, call, options);
  }
}

function deleteRequest(chat_id: number, messages: readonly number[]): ApiCall {
  if (messages.length === 1) return textCall('deleteMessage', { chat_id, message_id: messages[0] });
  return textCall('deleteMessages', { chat_id, message_ids: messages });
}

function editRequest(
  chat_id: number,
  parts: readonly Part[],
  call: Extract<Call, { do: 'edit' }>,
  { pathOf }: RequestOptions,
): ApiCall {
  const target = { chat_id, message_id: call.message };
  const part = parts[call.part] as Part;
  switch (call.what) {
    case 'text': {
      const content = richOf(part) ?? textOf(part);
      return textCall('editMessageText', { ...target, ...content, ...keyboardOf(part) });
    }
    case 'caption':
      return textCall('editMessageCaption', { ...target, ...captionOf(part), ...keyboardOf(part) });
    case 'file':
      return {
        method: 'editMessageMedia',
        payload: { ...target, media: mediaOf(part, pathOf), ...keyboardOf(part) },
        timeoutMs: timeFor([part]),
        messages: 1,
      };
  }
}

function albumRequest(
  queued: QueuedView,
  parts: readonly Part[],
  call: Extract<Call, { do: 'album' }>,
  options: RequestOptions,
): ApiCall {
  const files = call.parts.map((i) => {
    const part = parts[i] as Part;
    return i === 0 && call.marked ? marked(part, options.repeatMark) : part;
  });
  const media = files.map((part) => mediaOf(part, options.pathOf));
  const payload = { chat_id: queued.chatId, media, ...deliveryOf(queued, 0) };
  return { method: 'sendMediaGroup', payload, timeoutMs: timeFor(files), messages: files.length };
}

function sendRequest(
  queued: QueuedView,
  parts: readonly Part[],
  call: Extract<Call, { do: 'send' }>,
  options: RequestOptions,
): ApiCall {
  const chat_id = queued.chatId;
  const unmarked = parts[call.part] as Part;
  const part = call.marked ? marked(unmarked, options.repeatMark) : unmarked;
  const delivery = deliveryOf(queued, call.part);
  const rich = richOf(part);
  if (rich !== undefined) {
    return textCall('sendRichMessage', { chat_id, ...rich, ...keyboardOf(part), ...delivery });
  }
  if (part.file === undefined) {
    return textCall('sendMessage', { chat_id, ...textOf(part), ...keyboardOf(part), ...delivery });
  }
  const { type, media, ...caption } = mediaOf(part, options.pathOf);
  return {
    method: type === 'photo' ? 'sendPhoto' : 'sendDocument',
    payload: { chat_id, [type]: media, ...caption, ...keyboardOf(part), ...delivery },
    timeoutMs: timeFor([part]),
    messages: 1,
  };
}

/** The parameter of every call that shows something new; absent: the chat itself. */
export function inThread(thread: Thread): { message_thread_id?: Thread } {
  return thread === NO_THREAD ? {} : { message_thread_id: thread };
}

/** Thread, sound and reply of a new message; of several messages of one view only the first makes a sound and replies. */
function deliveryOf(queued: QueuedView, part: number): Record<string, unknown> {
  const isFirst = part === 0;
  return {
    ...inThread(queued.thread),
    ...(queued.silent === true || !isFirst ? { disable_notification: true } : {}),
    ...(queued.replyTo === undefined || !isFirst
      ? {}
      : { reply_parameters: { message_id: queued.replyTo, allow_sending_without_reply: true } }),
  };
}

function textCall(method: string, payload: Record<string, unknown>): ApiCall {
  return { method, payload, timeoutMs: CALL_MS, messages: 1 };
}

function marked(part: Part, mark: string): Part {
  if (part.markdown !== undefined) return { ...part, markdown: `${mark}\n\n${part.markdown}` };
  return markRepeated(part, mark, part.file === undefined ? TEXT_MAX : CAPTION_MAX);
}

function richOf({ markdown }: Part): { rich_message: { markdown: string } } | undefined {
  return markdown === undefined ? undefined : { rich_message: { markdown } };
}

function textOf(part: Part): { text: string; entities: readonly Entity[]; link_preview_options: object } {
  return { text: part.text, entities: part.entities, link_preview_options: { is_disabled: true } };
}

/** An empty caption is given too: an edit then deletes the current one. */
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
  const most = Math.max(UPLOAD_MOST_MS, Math.ceil((bytes / LARGE_BYTES_PER_S) * 1_000));
  return Math.min(most, CALL_MS + Math.ceil((bytes / UPLOAD_BYTES_PER_S) * 1_000));
}
