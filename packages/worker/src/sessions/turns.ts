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
    for (let window = FIRST; ; window *= 4) {
      const from = Math.max(0, end - window);
      const lines = await linesOf(file, from, end);
      const reader = of.agent.reader();
      let last: number | null = null;
      for (const { at, text } of lines) if (reader.read(text).some(begins)) last = at;
      if (last !== null || from === 0) return last;
      if (window >= MOST) return lines[0]?.at ?? null;
    }
  }

  async function turnAt(file: FileHandle, at: number, size: number): Promise<PastTurn | null> {
    const reader = of.agent.reader();
    let card: Card = {
      ...newCard({ session: of.session, name: of.name, agent: of.agent.title }),
      phase: 'idle',
    };
    for (const { at: line, text } of await linesOf(file, at, Math.min(size, at + MOST))) {
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

const begins = (event: SessionEvent): boolean => event.type === 'turn.started';

/** The whole lines between two offsets, with where each begins; one that begins before `from` is left out. */
async function linesOf(file: FileHandle, from: number, end: number): Promise<{ at: number; text: string }[]> {
  // The byte before tells whether `from` is where a line begins.
  const start = Math.max(0, from - 1);
  const bytes = Buffer.alloc(end - start);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
  const lines: { at: number; text: string }[] = [];
  let at = from === 0 ? 0 : bytes.indexOf(10) + 1;
  if (from > 0 && at === 0) return [];
  for (let to = bytes.indexOf(10, at); to >= 0 && to < bytesRead; to = bytes.indexOf(10, at)) {
    lines.push({ at: start + at, text: bytes.toString('utf8', at, to) });
    at = to + 1;
  }
  return lines;
}
