import type { FileHandle } from 'node:fs/promises';

/** How much is read at once, bytes. */
const CHUNK = 128 * 1024;

/** A line longer than this, bytes, is left out: no record that is shown comes near it. */
const LINE_MAX = 8 * 1024 * 1024;

const NEWLINE = 10;

/** A whole line of a file. */
export interface Line {
  /** Byte offset of its first character. */
  start: number;
  text: string;
}

/**
 * The whole lines of a file before the offset `end`, the last one first, read backwards only as far as they are taken.
 * A line that does not end before `end` is left out.
 */
export async function* linesBefore(file: FileHandle, end: number): AsyncGenerator<Line> {
  /** The bytes of the line whose beginning is not found yet. */
  let held: Buffer[] = [];
  let heldLength = 0;
  /** The end of that line is known. */
  let isInLine = false;
  for (let position = end; position > 0;) {
    const from = Math.max(0, position - CHUNK);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(position - from), 0, position - from, from);
    let rest = buffer.subarray(0, bytesRead);
    for (let at = rest.lastIndexOf(NEWLINE); at >= 0; at = rest.lastIndexOf(NEWLINE)) {
      const piece = rest.subarray(at + 1);
      if (isInLine && heldLength + piece.length <= LINE_MAX) {
        const line = held.length === 0 ? piece : Buffer.concat([piece, ...held]);
        yield { start: from + at + 1, text: line.toString('utf8') };
      }
      isInLine = true;
      held = [];
      heldLength = 0;
      rest = rest.subarray(0, at);
    }
    heldLength += rest.length;
    if (heldLength <= LINE_MAX) held.unshift(rest);
    else held = [];
    position = from;
  }
  if (isInLine && heldLength > 0 && heldLength <= LINE_MAX) {
    yield { start: 0, text: Buffer.concat(held).toString('utf8') };
  }
}

/** The whole lines of a file between two offsets, read only as far as they are taken. A line begins at `from`. */
export async function* linesFrom(file: FileHandle, from: number, end: number): AsyncGenerator<Line> {
  const piece = Buffer.alloc(Math.min(CHUNK, Math.max(0, end - from)));
  let start = from;
  let rest = Buffer.alloc(0);
  for (let read = from; read < end;) {
    const { bytesRead } = await file.read(piece, 0, Math.min(piece.length, end - read), read);
    if (bytesRead === 0) return;
    read += bytesRead;
    rest = Buffer.concat([rest, piece.subarray(0, bytesRead)]);
    let at = 0;
    for (let to = rest.indexOf(NEWLINE); to >= 0; to = rest.indexOf(NEWLINE, at)) {
      yield { start: start + at, text: rest.toString('utf8', at, to) };
      at = to + 1;
    }
    start += at;
    rest = rest.subarray(at);
  }
}
