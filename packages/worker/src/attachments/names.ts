import { isoTime } from '@ccbot/shared/iso-time';
import { streamSafe } from '@ccbot/shared/stream-safe';
import type { InboundFile } from '../inbox/model';

/** The longest file name, bytes in UTF-8. File systems take 255, and we add a time and a number. */
const NAME_MAX = 100;
/** How much of a sender's name is read, UTF-16 units: its start, and its end for the extension. */
const READ_MAX = { start: 2_000, end: 100 };
/** The longest extension that is kept, with its dot. */
const EXTENSION_MAX = 16;

/** Names for files whose sender gave none. */
const USUAL: Readonly<Record<InboundFile['kind'], string>> = {
  photo: 'photo.jpg',
  voice: 'voice.oga',
  video_note: 'video-message.mp4',
  video: 'video.mp4',
  audio: 'audio.mp3',
  animation: 'animation.mp4',
  document: 'file',
};

/**
 * A safe file name, whatever its sender called the file: letters and digits of any script, `.`, `_` and `-`. It has no
 * separator, no control or invisible character, is not hidden and not an option, and keeps its extension within
 * {@link NAME_MAX} bytes.
 */
export function safeName(file: Pick<InboundFile, 'kind' | 'name'>): string {
  const cleaned = clean(file.name ?? '');
  if (cleaned === '') return USUAL[file.kind];
  const dot = cleaned.lastIndexOf('.');
  const extension = dot > 0 && cleaned.length - dot <= EXTENSION_MAX ? cleaned.slice(dot) : '';
  return (
    within(cleaned.slice(0, cleaned.length - extension.length), NAME_MAX - Buffer.byteLength(extension)) +
    extension
  );
}

function clean(name: string): string {
  return streamSafe(endsOf(name).toWellFormed())
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/-{2,}/g, '-')
    .replace(/^[-._\p{M}]+/u, '')
    .replace(/(?<![-._])[-._]+$/, '');
}

function endsOf(name: string): string {
  const { start, end } = READ_MAX;
  return name.length <= start + end ? name : name.slice(0, start) + name.slice(-end);
}

function within(text: string, bytes: number): string {
  let kept = '';
  for (const character of text) {
    if (Buffer.byteLength(kept) + Buffer.byteLength(character) > bytes) break;
    kept += character;
  }
  return kept;
}

/** `<time>-<name>`, the time in UTC, to the second. `n` from 2 on tells files apart that would have the same name. */
export function fileName(at: number, name: string, n: number): string {
  const time = isoTime(at).slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  if (n < 2) return `${time}-${name}`;
  const dot = name.lastIndexOf('.');
  return dot > 0 ? `${time}-${name.slice(0, dot)}-${n}${name.slice(dot)}` : `${time}-${name}-${n}`;
}
