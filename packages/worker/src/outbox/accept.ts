import { reasonOf, FaultError } from '@ccbot/shared/faults/fault';
import type { KeptFile, Part, PartFile, View } from '../cards/view';
import type { OutboxFiles } from './files';
import type { QueuedView } from './model';
import type { OutboxWords } from '../words/topics/outbox';

/** The most UTF-16 units of a caption, and the most bytes of a photo (Bot API). */
export const CAPTION_MAX = 1_024;
/** The outbox's limits: its copies, and the largest of them, bytes. */
export interface Copies {
  files: OutboxFiles;
  max: number;
}

const PHOTO_MAX = 10 * 1024 * 1024;
/** The most files of an album. */
const ALBUM_MAX = 10;

/**
 * A view as it is stored: with the outbox's own copy of every file, and with words in place of what Telegram would not
 * take. Throws a {@link FaultError} when the disk is full.
 */
export function accepted(queued: QueuedView, copies: Copies, words: OutboxWords): QueuedView {
  const { view } = queued;
  if (view.parts.every((part) => part.file === undefined)) return queued;
  const parts = view.parts.flatMap((part) => acceptedPart(part, copies, words));
  const fits = parts.length > 1 && parts.length <= ALBUM_MAX;
  const kinds = new Set(parts.map((part) => part.file?.as));
  const album = view.album === true && fits && kinds.size === 1 && !kinds.has(undefined);
  const next: View = album ? { parts: parts.map(({ buttons: _, ...part }) => part), album } : { parts };
  return { ...queued, view: next };
}

/** The copies that a view needs. */
export function keptIn(queued: QueuedView): KeptFile[] {
  return queued.view.parts.flatMap(({ file }) =>
    file !== undefined && 'kept' in file.content ? [file.content.kept] : [],
  );
}

function acceptedPart(part: Part, copies: Copies, words: OutboxWords): Part[] {
  if (part.file === undefined) return [part];
  const { file, ...message } = part;
  const name = fileName(file.name);
  const kept = keptOf(file, name, copies, words);
  if (typeof kept === 'string') {
    const isLong = part.text.length > CAPTION_MAX;
    return isLong ? [message, inWords({ text: '', entities: [] }, kept)] : [inWords(message, kept)];
  }
  const as = kept.size > PHOTO_MAX ? 'document' : file.as;
  const whole: Part = { ...message, file: { name, as, content: { kept } } };
  if (part.text.length <= CAPTION_MAX) return [whole];
  return [
    { text: part.text, entities: part.entities },
    { ...whole, text: '', entities: [] },
  ];
}

/** The copy of a file, or the words in its place. */
function keptOf(
  { content }: PartFile,
  name: string,
  { files, max }: Copies,
  words: OutboxWords,
): KeptFile | string {
  let kept: KeptFile;
  try {
    kept = 'kept' in content ? content.kept : files.take(content);
  } catch (error) {
    if (error instanceof FaultError) throw error;
    const isGone = (error as { code?: unknown }).code === 'ENOENT';
    return isGone ? words.fileGone(name) : words.fileUnreadable(name, reasonOf(error));
  }
  if (kept.size > 0 && kept.size <= max) return kept;
  files.drop([kept]);
  return kept.size === 0
    ? words.fileEmpty(name)
    : words.fileTooLarge(name, Math.ceil(kept.size / (1024 * 1024)), Math.floor(max / (1024 * 1024)));
}

/** A part with words in place of its file. */
export function inWords(part: Part, words: string): Part {
  const { file: _, ...message } = part;
  if (message.text === '') return { ...message, text: words };
  // Fits: a message takes more than a caption and these words.
  return { ...message, text: `${message.text}\n\n${words}` };
}

/** A name for the header of a request and for a sentence: one line, no quotes, no paths, at most 100 characters. */
export function fileName(name: string): string {
  const clean = [...name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}"\\/]+/gu, '_').trim()];
  const line = clean.length <= 100 ? clean : [...clean.slice(0, 60), '…', ...clean.slice(-39)];
  return line.length === 0 ? 'file' : line.join('');
}
