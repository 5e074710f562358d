import type { TranscriptReader } from './agent';
import { fileHead } from './file-head';
import { titleLine } from './title-line';

/**
 * The first prompt in a transcript, on one line. Null when the head of the file holds none, `fits` rejects that head,
 * or it cannot be read.
 */
export async function firstWords(
  path: string,
  reader: TranscriptReader,
  fits: (head: string) => boolean,
): Promise<string | null> {
  const head = await fileHead(path, 'promptHead');
  if (head === null || !fits(head)) return null;
  for (const line of head.split('\n')) {
    for (const event of reader.read(line)) {
      if (event.type === 'turn.started' && event.prompt.trim() !== '') return titleLine(event.prompt);
    }
  }
  return null;
}
