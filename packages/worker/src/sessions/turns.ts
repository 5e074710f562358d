import { open, type FileHandle } from 'node:fs/promises';
import type { Agent } from '../agents/agent';
import { newCard, type Card } from '../cards/model';
import { reduceCard } from '../cards/reduce';
import type { SessionEvent } from './events';

/** How much of a transcript is read first to find where a turn begins, and the most that is, bytes. */
const FIRST = 64 * 1024;
const MOST = 4 * 1024 * 1024;

/** One turn of a transcript. */
export interface PastTurn {
  /** Where the line is with which it begins, byte offset. */
  at: number;
  /** Where the next one begins; null: it is the last. */
  next: number | null;
  card: Card;
}

/** Reads single turns of a transcript, wherever they are in it, without reading the rest. */
export interface Turns {
  /** The last turn that begins before the byte offset `end`; absent: the last of all. Null: there is none. */
  before(end?: number): Promise<PastTurn | null>;
  /** The turn that begins at `at`. */
  at(at: number): Promise<PastTurn | null>;
}

/** What a turn is made for. */
export type TurnsOf = Pick<Card, 'session' | 'name'> & { path: string; agent: Agent };

/** Opens nothing until asked. A file that cannot be read has no turns. */
export function turnsOf(of: TurnsOf): Turns {
  async function within<T>(read: (file: FileHandle, size: number) => Promise<T | null>): Promise<T | null> {
    let file: FileHandle | undefined;
    try {
      file = await open(of.path, 'r');
      return await read(file, (await file.stat()).size);
    } catch (error) {
      if (['ENOENT', 'EACCES', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
      throw error;
    } finally {
      await file?.close();
    }
  }

  /** Where the last turn before `end` begins: looked for backwards in windows that grow. A turn longer than the largest begins within it. */
  async function startBefore(file: FileHandle, end: number): Promise<number | null> {
    for (let window = FIRST; ; window *= 2) {
      const from = Math.max(0, end - window);
      const lines = await linesOf(file, from, end);
      const reader = of.agent.reader();
      let [first, last]: (number | null)[] = [null, null];
      for (const { at, text } of lines) {
        first ??= at;
        if (reader.read(text).some(begins)) last = at;
      }
      if (typeof last === 'number' || from === 0) return last ?? null;
      if (window >= MOST) return first ?? null;
    }
  }

  async function turnAt(file: FileHandle, at: number, size: number): Promise<PastTurn | null> {
    const reader = of.agent.reader();
    let card: Card = {
      ...newCard({ session: of.session, name: of.name, agent: of.agent.title }),
      phase: 'idle',
    };
    for await (const { at: line, text } of linesFrom(file, at, Math.min(size, at + MOST))) {
      const events = reader.read(text);
      if (line > at && events.some(begins)) return { at, next: line, card };
      for (const event of events) card = reduceCard(card, event);
    }
    return card.turn === 0 ? null : { at, next: null, card };
  }

  return {
    before: (end) =>
      within(async (file, size) => {
        const at = await startBefore(file, Math.min(end ?? size, size));
        return at === null ? null : turnAt(file, at, size);
      }),
    at: (at) => within((file, size) => (at >= size ? Promise.resolve(null) : turnAt(file, at, size))),
  };
}

/** A line of a transcript, and where it begins, byte offset. */
interface Line {
  at: number;
  text: string;
}

const begins = (event: SessionEvent): boolean => event.type === 'turn.started';

/** The whole lines between two offsets, with where each begins; one that begins before `from` is left out. */
async function linesOf(file: FileHandle, from: number, end: number): Promise<Iterable<Line>> {
  // The byte before tells whether `from` is where a line begins.
  const start = Math.max(0, from - 1);
  const bytes = Buffer.alloc(end - start);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
  const first = from === 0 ? 0 : bytes.indexOf(10) + 1;
  return from > 0 && first === 0 ? [] : linesIn(bytes.subarray(0, bytesRead), first, start);
}

/** Line by line, so that only one of them is held as a string. */
function* linesIn(bytes: Buffer, first: number, start: number): Generator<Line> {
  let at = first;
  for (let to = bytes.indexOf(10, at); to >= 0; to = bytes.indexOf(10, at)) {
    yield { at: start + at, text: bytes.toString('utf8', at, to) };
    at = to + 1;
  }
}

/** The whole lines from an offset on, at which one begins, read piece by piece: whoever has enough reads no further. */
async function* linesFrom(file: FileHandle, from: number, end: number): AsyncGenerator<Line> {
  const piece = Buffer.alloc(Math.min(FIRST, Math.max(0, end - from)));
  let [at, rest] = [from, Buffer.alloc(0)];
  for (let read = from; read < end;) {
    const { bytesRead } = await file.read(piece, 0, Math.min(piece.length, end - read), read);
    if (bytesRead === 0) return;
    read += bytesRead;
    rest = Buffer.concat([rest, piece.subarray(0, bytesRead)]);
    let start = 0;
    for (let to = rest.indexOf(10); to >= 0; to = rest.indexOf(10, start)) {
      yield { at: at + start, text: rest.toString('utf8', start, to) };
      start = to + 1;
    }
    at += start;
    rest = rest.subarray(start);
  }
}
