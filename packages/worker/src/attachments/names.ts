import type { InboundFile } from '../inbox/model';

/** The most bytes of a file's name in UTF-8; file systems take 255, and a time and a number come before it. */
const NAME_MAX = 100;
/** The longest ending that is kept as one, with its dot. */
const ENDING_MAX = 16;

/** Names and endings for files whose sender gave none. */
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
 * A name that is only a name, whatever its sender calls the file: letters, digits, `.`, `_` and `-` of any script; no
 * separator, no control or invisible character, not hidden, not an option, at most {@link NAME_MAX} bytes; an ending
 * is kept.
 */
export function safeName(file: Pick<InboundFile, 'kind' | 'name'>): string {
  const wanted = clean(file.name ?? '');
  if (wanted === '') return USUAL[file.kind];
  const dot = wanted.lastIndexOf('.');
  const ending = dot > 0 && wanted.length - dot <= ENDING_MAX ? wanted.slice(dot) : '';
  return (
    within(wanted.slice(0, wanted.length - ending.length), NAME_MAX - Buffer.byteLength(ending)) + ending
  );
}

function clean(name: string): string {
  return name
    .toWellFormed()
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/-{2,}/g, '-')
    .replace(/^[-._\p{M}]+|[-._]+$/gu, '');
}

function within(text: string, bytes: number): string {
  let kept = '';
  for (const character of text) {
    if (Buffer.byteLength(kept) + Buffer.byteLength(character) > bytes) break;
    kept += character;
  }
  return kept;
}

/** What a person knows a file by. */
export function shownName(file: Pick<InboundFile, 'kind' | 'name'>): string {
  return safeName(file);
}

/** `<time>-<name>`, the time in UTC, to the second; `n` from 2 on tells apart what would be called the same. */
export function fileName(at: number, name: string, n: number): string {
  const time = new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  if (n < 2) return `${time}-${name}`;
  const dot = name.lastIndexOf('.');
  return dot > 0 ? `${time}-${name.slice(0, dot)}-${n}${name.slice(dot)}` : `${time}-${name}-${n}`;
}
