import { fstatSync, readSync } from 'node:fs';

/** How long to wait for input that has not arrived yet, ms. */
const STDIN_MS = 2_000;

/** No agent writes this much, bytes: the input has no end, and its writer's pipe may break. */
const ENDLESS = 256 * 1024 * 1024;

/**
 * Reads standard input to its end. Null when it is a terminal or a device, because somebody runs the command by hand, or
 * longer than `max` bytes. Reads even too long input to its end, so that the writer's pipe does not break, unless it is
 * {@link ENDLESS}. Throws read errors.
 */
export function readInput(max: number): Buffer | null {
  if (fstatSync(0).isCharacterDevice()) return null;
  const startedAt = Date.now();
  const chunks: Buffer[] = [];
  let length = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(65_536);
    const count = readChunk(chunk, startedAt);
    if (count === 0 || length > ENDLESS) break;
    length += count;
    if (length <= max) chunks.push(chunk.subarray(0, count));
  }
  return length > max ? null : Buffer.concat(chunks);
}

/** Reads the next chunk. Also waits for a pipe that is in non-blocking mode. */
function readChunk(chunk: Buffer, startedAt: number): number {
  for (;;) {
    try {
      return readSync(0, chunk);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || Date.now() - startedAt > STDIN_MS)
        throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}
