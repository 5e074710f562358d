import { open, type FileHandle } from 'node:fs/promises';
import type { Agent } from '../agents/agent';
import { newCard, type Card } from '../cards/model';
import { reduceCard } from '../cards/reduce';
import type { SessionEvent } from '../sessions/events';
import { linesBefore, linesFrom, type Line } from './lines';

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

  /** Where the last turn before `end` begins: looked for backwards, farther and farther. A turn longer than the most that is read begins within it. */
  async function startBefore(file: FileHandle, end: number): Promise<number | null> {
    /** The last one first. */
    const lines: Line[] = [];
    let enough = FIRST;
    for await (const line of linesBefore(file, end)) {
      const reach = end - line.start;
      if (reach > enough) {
        const start = lastStart(lines);
        if (start !== null) return start;
        if (reach > MOST) return lines.at(-1)?.start ?? null;
        while (enough < reach) enough *= 2;
      }
      lines.push(line);
    }
    return lastStart(lines);
  }

  /** Where the last turn in some lines begins. They are read in their order: what a line is can depend on those before it. */
  function lastStart(lines: readonly Line[]): number | null {
    const reader = of.agent.reader();
    let last: number | null = null;
    for (const { start, text } of lines.toReversed()) if (reader.read(text).some(begins)) last = start;
    return last;
  }

  async function turnAt(file: FileHandle, at: number, size: number): Promise<PastTurn | null> {
    const reader = of.agent.reader();
    let card: Card = {
      ...newCard({ session: of.session, name: of.name, agent: of.agent.title }),
      phase: 'idle',
    };
    for await (const { start: line, text } of linesFrom(file, at, Math.min(size, at + MOST))) {
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
