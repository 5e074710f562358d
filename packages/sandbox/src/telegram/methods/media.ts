import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bad, type MediaKind, type MessageEntity, type StoredFile, type Upload } from '../model';
import type { Params } from '../parameters';
import { sizeOf } from '../picture';
import type { SandboxState } from '../state';
import { checkCaption, checkEntities, checkKeyboard, LIMITS } from '../strict';
import { chatOf, placeOf, post, type Method } from './chat';
import { change, editable, refuseMarkup } from './text';

/** A file can be downloaded for this long after getFile, ms (Bot API: at least an hour). */
const LINK_MS = 3_600_000;

export const MEDIA_METHODS: Readonly<Record<string, Method>> = {
  sendPhoto: (s, p, now) => sendFile(s, p, now, 'photo'),
  sendDocument: (s, p, now) => sendFile(s, p, now, 'document'),
  sendMediaGroup(s, p, now) {
    const chatId = chatOf(s, p);
    const items = p['media'];
    if (!Array.isArray(items) || items.length < 2 || items.length > 10)
      throw bad('media group must include 2-10 items');
    const kinds = new Set(items.map((item: Params) => item['type']));
    if (kinds.has('document') && kinds.size > 1) throw bad("document can't be mixed with other media types");
    const place = placeOf(s, chatId, p);
    // Everything is checked before anything is shown: an album arrives whole or not at all.
    const contents = items.map((item: Params) => contentOf(s, p, item, kindOf(item)));
    const mediaGroupId = String(randomInt(1e12, 9e12));
    return contents.map(({ kind, text, entities, upload }) =>
      post(s, chatId, now, p, {
        text,
        entities,
        media: { kind, file: store(s, upload, kind) },
        mediaGroupId,
        ...place,
      }),
    );
  },
  editMessageMedia(s, p) {
    const message = editable(s, p);
    // The real server can also add a file to a text; ccbot does not use that.
    if (message.media === undefined) throw bad('sandbox: there is no media in the message to edit');
    const media = p['media'] as Params | null | undefined;
    if (typeof media !== 'object' || media === null) throw bad("can't parse InputMedia: expected an Object");
    const kind = kindOf(media);
    if (message.mediaGroupId !== undefined && kind !== message.media.kind)
      throw bad("message content type can't be changed in an album");
    const content = contentOf(s, p, media, kind);
    const keyboard = checkKeyboard(p['reply_markup']);
    const file = store(s, content.upload, kind);
    return change(s, message, {
      text: content.text,
      entities: content.entities,
      keyboard,
      media: { kind, file },
    });
  },
  getFile(s, p, now) {
    const file = s.files.get(String(p['file_id']));
    if (file === undefined) throw bad('invalid file_id');
    if (s.filesDir === undefined && file.bytes.length > LIMITS.download) throw bad('file is too big');
    s.links.set(file.path, now + LINK_MS);
    return {
      file_id: file.id,
      file_unique_id: file.uniqueId,
      file_size: file.bytes.length,
      file_path:
        s.filesDir === undefined ? file.path : onDisk(s.filesDir, s.filesDirThere ?? s.filesDir, file),
    };
  },
};

/** A server with `--local` answers with the path of the file on its own disk. */
function onDisk(filesDir: string, filesDirThere: string, file: StoredFile): string {
  const path = join(filesDir, file.path);
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path)) writeFileSync(path, file.bytes, { mode: 0o600 });
  return join(filesDirThere, file.path);
}

function kindOf(item: Params): 'photo' | 'document' {
  const kind = item['type'];
  if (kind !== 'photo' && kind !== 'document') throw bad(`sandbox: no media of type ${String(kind)}`);
  return kind;
}

/** The content of an InputMedia. */
function contentOf(
  s: SandboxState,
  p: Params,
  item: Params,
  kind: 'photo' | 'document',
): { kind: MediaKind; text: string; entities: MessageEntity[]; upload: Upload | StoredFile } {
  refuseMarkup(item);
  const text = checkCaption(item['caption']);
  const upload = uploadOf(s, p, item['media'], kind);
  return { kind, text, entities: checkEntities(item['caption_entities'], text), upload };
}

function sendFile(s: SandboxState, p: Params, now: number, kind: 'photo' | 'document'): unknown {
  const chatId = chatOf(s, p);
  refuseMarkup(p);
  const text = checkCaption(p['caption']);
  const entities = checkEntities(p['caption_entities'], text);
  const keyboard = checkKeyboard(p['reply_markup']);
  const place = placeOf(s, chatId, p);
  const file = store(s, uploadOf(s, p, p[kind], kind), kind);
  return post(s, chatId, now, p, { text, entities, keyboard, media: { kind, file }, ...place });
}

/** The file of a parameter: from this request, or one that Telegram has stored. */
function uploadOf(s: SandboxState, p: Params, value: unknown, kind: MediaKind): Upload | StoredFile {
  const part = typeof value === 'string' ? /^attach:\/\/(.+)$/.exec(value)?.[1] : undefined;
  const file = part === undefined ? value : p[part];
  if (isUpload(file)) return checkUpload(file, kind);
  if (typeof file !== 'string' || file === '') throw bad(`there is no ${kind} in the request`);
  if (/^https?:/.test(file)) throw bad('sandbox: files are not fetched from other addresses');
  const known = s.files.get(file);
  if (known === undefined) throw bad('wrong file identifier/HTTP URL specified');
  return known;
}

function isUpload(value: unknown): value is Upload {
  return typeof value === 'object' && value !== null && Buffer.isBuffer((value as Upload).bytes);
}

/** Limits of the sum and the ratio of a picture's sides (Bot API, sendPhoto). */
const SIDES_MAX = 10_000;
const RATIO_MAX = 20;

function checkUpload(upload: Upload, kind: MediaKind): Upload {
  if (upload.bytes.length === 0) throw bad('file must be non-empty');
  if (kind !== 'photo') return upload;
  if (upload.bytes.length > LIMITS.photo) throw bad('file is too big');
  const size = sizeOf(upload.bytes);
  if (size === null) throw bad('IMAGE_PROCESS_FAILED');
  const { width, height } = size;
  const ratio = Math.max(width, height) / Math.max(1, Math.min(width, height));
  if (width + height > SIDES_MAX || width < 1 || height < 1 || ratio > RATIO_MAX)
    throw bad('PHOTO_INVALID_DIMENSIONS');
  return upload;
}

function store(s: SandboxState, file: Upload | StoredFile, kind: MediaKind): StoredFile {
  return 'id' in file ? file : s.keepFile(file, `${kind}s`);
}
