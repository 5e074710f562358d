import type { FileHandle } from 'node:fs/promises';
import { ForeignFileError } from '@ccbot/shared/files/foreign-rules';
import type { Agent } from '../agents/agent';
import { openTranscript } from '../agents/transcript-file';
import { newCard, type Card } from '../cards/model';
import { reduceCard } from '../cards/reduce';
import type { SessionEvent } from '../sessions/events';
import { linesBefore, linesFrom, type Line } from './lines';

/** How much of a transcript is read first to find the start of a turn, bytes. */
const FIRST_READ = 64 * 1024;

/** The most that is read for one turn, bytes. */
const READ_MAX = 4 * 1024 * 1024;

/** One turn of a transcript. */
export interface PastTurn {
  /** Byte offset of its first line. */
  at: number;
  /** Byte offset of the next turn; null: it is the last one. */
  next: number | null;
  card: Card;
}

/** Reads single turns of a transcript without reading the rest. A file that cannot be read has no turns. */
export interface Turns {
  /** The last turn that begins before the byte offset `end`, or the last of all; null: there is none. */
  before(end?: number): Promise<PastTurn | null>;
  /** The turn that begins at this byte offset; null: there is none. */
  at(offset: number): Promise<PastTurn | null>;
}

/** A transcript with the session it belongs to. */
export type TurnSource = Pick<Card, 'session' | 'name'> & { path: string; agent: Agent };

/** Opens nothing until asked. */
export function turnsOf(source: TurnSource): Turns {
  return {
    before: (end) =>
      withFile(source, async (file, size) => {
        const start = await startBefore(source, file, Math.min(end ?? size, size));
        return start === null ? null : turnAt(source, file, start, size);
      }),
    at: (offset) =>
      withFile(source, (file, size) =>
        offset >= size ? Promise.resolve(null) : turnAt(source, file, offset, size),
      ),
  };
}

async function withFile<T>(
  { path }: TurnSource,
  read: (file: FileHandle, size: number) => Promise<T | null>,
): Promise<T | null> {
  let file: FileHandle | undefined;
  try {
    file = await openTranscript(path);
    return await read(file, (await file.stat()).size);
  } catch (error) {
    if (error instanceof ForeignFileError) return null;
    if (['ENOENT', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  } finally {
    await file?.close();
  }
}

/**
 * Where the last turn before `end` begins, looked for backwards, farther and farther. Of a turn longer than
 * {@link READ_MAX}, only the end is found.
 */
async function startBefore(source: TurnSource, file: FileHandle, end: number): Promise<number | null> {
  /** The last line first. */
  const lines: Line[] = [];
  let enough = FIRST_READ;
  for await (const line of linesBefore(file, end, end - READ_MAX)) {
    const reach = end - line.start;
    if (reach > enough) {
      const start = lastStart(source, lines);
      if (start !== null) return start;
      while (enough < reach) enough *= 2;
    }
    lines.push(line);
  }
  return lastStart(source, lines) ?? (end > READ_MAX ? (lines.at(-1)?.start ?? null) : null);
}

/** Where the last turn in some lines begins. The lines are read in order: what a line is may depend on those before it. */
function lastStart({ agent }: TurnSource, lines: readonly Line[]): number | null {
  const reader = agent.reader();
  let last: number | null = null;
  for (const { start, text } of lines.toReversed()) if (reader.read(text).some(isStart)) last = start;
  return last;
}

async function turnAt(
  { session, name, agent }: TurnSource,
  file: FileHandle,
  at: number,
  size: number,
): Promise<PastTurn | null> {
  const reader = agent.reader();
  let card: Card = { ...newCard({ session, name, agent: agent.title }), phase: 'idle' };
  for await (const { start, text } of linesFrom(file, at, Math.min(size, at + READ_MAX))) {
    const events = reader.read(text);
    if (start > at && events.some(isStart)) return { at, next: start, card };
    for (const event of events) card = reduceCard(card, event);
  }
  return card.turn === 0 ? null : { at, next: null, card };
}

function isStart(event: SessionEvent): boolean {
  return event.type === 'turn.started';
}
