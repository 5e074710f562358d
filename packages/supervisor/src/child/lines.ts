import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** A longer line is handed on in pieces, characters: a program gone wild must not fill our memory. */
const LINE_MAX = 64_000;

/** So much stays behind a cut, characters: longer than anything that `clean` has to see in one piece. */
const SEAM = 1_000;

/**
 * Hands on each line of a stream, without its end; the last one also when it has none. `clean` is asked before an
 * endless line is cut, so that no secret is cut into two halves that nobody recognises.
 */
export function readLines(
  stream: Readable,
  onLine: (line: string) => void,
  clean: (text: string) => string = (text) => text,
): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const hand = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (rest.length > LINE_MAX + SEAM) rest = clean(rest);
    while (rest.length > LINE_MAX + SEAM) {
      onLine(rest.slice(0, LINE_MAX));
      rest = rest.slice(LINE_MAX);
    }
  };
  stream.on('data', (chunk: Buffer) => hand(decoder.write(chunk)));
  stream.once('end', () => {
    hand(decoder.end());
    if (rest !== '') onLine(rest);
    rest = '';
  });
  stream.on('error', () => undefined); // a broken pipe ends the output; the process's end is told by itself
}
