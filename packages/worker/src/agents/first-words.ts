import { promises } from 'node:fs'; // loaded when used: the hook never does
import type { TranscriptReader } from './agent';
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
  const head = await headOf(path);
  if (head === null || !fits(head)) return null;
  for (const line of head.split('\n')) {
    for (const event of reader.read(line)) {
      if (event.type === 'turn.started' && event.prompt.trim() !== '') return oneLine(event.prompt);
    }
  }
  return null;
}

async function headOf(path: string): Promise<string | null> {
  const file = await promises.open(path, 'r').catch(() => null); // removed meanwhile, or not for us to read
  if (file === null) return null;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}
