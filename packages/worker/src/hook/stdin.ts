import { fstatSync, readSync } from 'node:fs';

/** How long a standard input that has nothing yet is waited for, ms. */
const STDIN_MS = 2_000;

/**
 * Standard input, read to its end; null when it is a terminal (somebody tries the command by hand) or longer than
 * `max` bytes. What is too long is read to its end all the same: who writes must not be told that its pipe broke.
 * Throws what reading throws.
 */
export function readInput(max: number): Buffer | null {
  if (fstatSync(0).isCharacterDevice()) return null;
  const since = Date.now();
  const chunks: Buffer[] = [];
  let length = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(65_536);
    const count = readPiece(chunk, since);
    if (count === 0) break;
    length += count;
    if (length <= max) chunks.push(chunk.subarray(0, count));
  }
  return length > max ? null : Buffer.concat(chunks);
}

/** Reads what there is; waits for it also where somebody made the pipe one that does not wait. */
function readPiece(chunk: Buffer, since: number): number {
  for (;;) {
    try {
      return readSync(0, chunk);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || Date.now() - since > STDIN_MS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}
