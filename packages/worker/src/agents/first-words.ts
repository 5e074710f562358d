import type { TranscriptReader } from './agent';
import { fileHead } from './file-head';
import { oneLine } from './one-line';

/** How much of a transcript is read for its first prompt, bytes: instructions and the like stand before it. */
const HEAD_BYTES = 256 * 1024;

/**
 * The person's first words in a transcript, on one line. Null where its beginning has none, where `fits` does not take
 * that beginning, or where it cannot be read.
 */
export async function firstWords(
  path: string,
  reader: TranscriptReader,
  fits: (head: string) => boolean,
): Promise<string | null> {
  const head = await fileHead(path, HEAD_BYTES);
  if (head === null || !fits(head)) return null;
  for (const line of head.split('\n')) {
    for (const event of reader.read(line)) {
      if (event.type === 'turn.started' && event.prompt.trim() !== '') return oneLine(event.prompt);
    }
  }
  return null;
}
