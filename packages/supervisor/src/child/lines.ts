import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** A longer line is passed on in pieces, characters: no program may fill our memory. */
const LINE_MAX = 64_000;

/** This much stays after a cut, characters: longer than any secret that `clean` must see in one piece. */
const SEAM = 1_000;

/**
 * Calls `onLine` with each line of a stream, without its line end. `clean` redacts a very long line before it is cut, as
 * it could not recognise a secret that was cut in two.
 */
export function readLines(
  stream: Readable,
  onLine: (line: string) => void,
  clean: (text: string) => string = (text) => text,
): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const push = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (rest.length > LINE_MAX + SEAM) rest = clean(rest);
    while (rest.length > LINE_MAX + SEAM) {
      onLine(rest.slice(0, LINE_MAX));
      rest = rest.slice(LINE_MAX);
    }
  };
  stream.on('data', (chunk: Buffer) => push(decoder.write(chunk)));
  stream.once('end', () => {
    push(decoder.end());
    if (rest !== '') onLine(rest);
    rest = '';
  });
  stream.on('error', () => undefined); // a broken pipe only ends the output; the process's exit is a separate event
}
