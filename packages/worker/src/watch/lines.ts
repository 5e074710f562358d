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
 * A line that does not end before `end` is left out, and so is one that is not whole behind the offset `floor`, at which
 * the reading stops: a file may be one endless line.
 */
export async function* linesBefore(file: FileHandle, end: number, floor = 0): AsyncGenerator<Line> {
  /** The bytes of the line whose beginning is not found yet. */
  let held: Buffer[] = [];
  let heldLength = 0;
  /** The end of that line is known. */
  let isInLine = false;
  const lowest = Math.max(0, floor);
  for (let position = end; position > lowest;) {
    const from = Math.max(lowest, position - CHUNK);
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
  if (lowest === 0 && isInLine && heldLength > 0 && heldLength <= LINE_MAX) {
    yield { start: 0, text: Buffer.concat(held).toString('utf8') };
  }
}

/**
 * The whole lines of a file between two offsets, read only as far as they are taken. A line begins at `from`. Leaves out
 * a line longer than {@link LINE_MAX}.
 */
export async function* linesFrom(file: FileHandle, from: number, end: number): AsyncGenerator<Line> {
  const piece = Buffer.alloc(Math.min(CHUNK, Math.max(0, end - from)));
  let start = from;
  /** The beginning of a line whose end was not read yet; dropped once it is too long. */
  let held: Buffer[] = [];
  let heldLength = 0;
  for (let read = from; read < end;) {
    const { bytesRead } = await file.read(piece, 0, Math.min(piece.length, end - read), read);
    if (bytesRead === 0) return;
    const bytes = piece.subarray(0, bytesRead);
    let at = 0;
    for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, at)) {
      const rest = bytes.subarray(at, to);
      if (heldLength + rest.length <= LINE_MAX)
        yield { start, text: Buffer.concat([...held, rest]).toString('utf8') };
      held = [];
      heldLength = 0;
      at = to + 1;
      start = read + at;
    }
    const rest = bytes.subarray(at);
    heldLength += rest.length;
    // A copy: the next piece is read into the same buffer.
    if (heldLength <= LINE_MAX) held.push(Buffer.from(rest));
    else held = [];
    read += bytesRead;
  }
}
