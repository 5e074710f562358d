/** A line longer than this, bytes, is handed over as an empty one: no record of an agent comes near it. */
export const LINE_MAX = 32 * 1024 * 1024;

const NEWLINE = 10;

/** Splits a growing file into lines. */
export interface TailLines {
  /** Offset behind the last byte taken. */
  read: number;
  /** The beginning of a line whose end is not written yet. */
  rest: Buffer[];
  restLength: number;
  /** The bytes up to the next line end belong to a line whose beginning is missing. */
  isSkipping: boolean;
}

export function linesAt(offset: number): TailLines {
  return { read: offset, rest: [], restLength: 0, isSkipping: false };
}

/** Whether the byte before a line is its predecessor's end. */
export function endsLine(byte: number | undefined): boolean {
  return byte === NEWLINE;
}

/**
 * Takes the next bytes of the file. `onLines` gets the lines that end in them, with the offset behind the last one; if
 * it throws, the same bytes may be taken again.
 */
export function takeBytes(
  tail: TailLines,
  bytes: Buffer,
  onLines: (lines: readonly string[], offset: number) => void,
): void {
  const end = bytes.lastIndexOf(NEWLINE);
  if (end >= 0) {
    onLines(linesIn(tail, bytes.subarray(0, end + 1)), tail.read + end + 1);
    tail.rest = [];
    tail.restLength = 0;
    tail.isSkipping = false;
  }
  tail.read += bytes.length;
  keepRest(tail, bytes.subarray(end + 1));
}

/** The lines of bytes that end with a line end. */
function linesIn({ rest, restLength, isSkipping }: TailLines, bytes: Buffer): string[] {
  const lines: string[] = [];
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    const piece = bytes.subarray(start, end);
    if (start > 0) lines.push(piece.length > LINE_MAX ? '' : piece.toString('utf8'));
    else if (!isSkipping) lines.push(firstLine(rest, restLength, piece));
    start = end + 1;
  }
  return lines;
}

function firstLine(rest: readonly Buffer[], restLength: number, piece: Buffer): string {
  if (restLength + piece.length > LINE_MAX) return '';
  return (rest.length === 0 ? piece : Buffer.concat([...rest, piece])).toString('utf8');
}

function keepRest(tail: TailLines, piece: Buffer): void {
  tail.restLength += piece.length;
  if (piece.length > 0 && tail.restLength <= LINE_MAX && !tail.isSkipping) tail.rest.push(Buffer.from(piece));
}
