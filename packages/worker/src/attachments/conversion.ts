/** The longest recording that is transcribed, seconds. */
const LONGEST_S = 2 * 3_600;

/** Of the WAV file that whisper.cpp reads: 16 kHz, one channel, 16 bits, which every build of it takes. */
const SAMPLES_PER_S = 16_000;
const BYTES_PER_S = SAMPLES_PER_S * 2;

/** A converted recording of this size, bytes, reached a limit, and its end is missing. */
export const CONVERTED_BYTES = LONGEST_S * BYTES_PER_S;

/** How long a conversion may take, ms. An hour of speech takes some seconds. */
export const CONVERT_MS = 120_000;

/** What ffmpeg calls a container of voice messages. Telegram's apps record OGG; bots may send the others. */
export type InputFormat = 'ogg' | 'mp3' | 'mov';

/** The container of a recording by its first 12 bytes; null for anything else. */
export function inputFormatOf(head: Uint8Array): InputFormat | null {
  const text = Buffer.from(head).toString('latin1');
  if (text.startsWith('OggS')) return 'ogg';
  if (text.startsWith('ID3') || (head[0] === 0xff && ((head[1] ?? 0) & 0xe0) === 0xe0)) return 'mp3';
  return text.slice(4, 8) === 'ftyp' ? 'mov' : null;
}

/**
 * The arguments with which ffmpeg converts a recording that anybody may have made. By itself it would choose the format by
 * the content, and a playlist or a list of parts would make it read other files and addresses. Here it reads one file, as
 * one format, over one protocol, and neither reads nor writes without end.
 */
export function conversion(from: string, format: InputFormat, to: string): string[] {
  return [
    ...['-nostdin', '-loglevel', 'error', '-y'],
    ...['-protocol_whitelist', 'file', '-format_whitelist', format, '-f', format],
    // With the protocol's name, so that a path with a colon is not taken for another protocol.
    ...['-t', String(LONGEST_S), '-i', `file:${from}`],
    ...['-map', '0:a:0', '-vn', '-sn', '-dn', '-map_metadata', '-1'],
    ...['-t', String(LONGEST_S), '-fs', String(CONVERTED_BYTES)],
    ...['-ar', String(SAMPLES_PER_S), '-ac', '1', '-c:a', 'pcm_s16le', '-f', 'wav', `file:${to}`],
  ];
}
