import { createWriteStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Agent } from '../../agents/agent';
import { openTranscript } from '../../agents/transcript-file';
import { maskText } from '../../cards/redact/secrets';
import type { SessionEvent } from '../../sessions/events';
import { linesBefore, linesFrom } from '../../watch/lines';
import { renderPast, type AuthorAt } from './render';
import type { HistoryWords } from './words/words';

/** About how much fits a page, UTF-16 units: one message. */
const PAGE_UNITS = 2_800;

/** The most of one piece on a page. */
const PIECE_MAX = { prompt: 600, text: 2_400 };

/** The most lines that are read for a page: many records may show nothing. */
const LINES_MAX = 3_000;

/** How much of a transcript is read for a page, bytes: a line may be as long as the file. */
const REACH = 64 * 1024 * 1024;

/** A longer transcript, bytes, is not rendered into a file: it would be too large to send. */
const EXPORT_MAX = 1024 * 1024 * 1024;

/** How much of a transcript is rendered into a file at once; other work may go between two batches. */
const BATCH = { lines: 500, units: 65_536 };

/** A transcript, with what is needed to show it. */
export interface Past {
  path: string;
  agent: Agent;
  words: HistoryWords;
  authorAt: AuthorAt;
}

/** A page of a session's past. */
export interface PastPage {
  pieces: string[];
  /** Byte offset of its first line; 0: the first page of the transcript. */
  start: number;
}

/** The page that ends at a byte offset, or with the file. Rejects as {@link openTranscript} does. */
export async function pageBefore(past: Past, end: number | null): Promise<PastPage> {
  const { path, agent, words, authorAt } = past;
  const file = await openTranscript(path);
  try {
    const lines: string[] = [];
    let units = 0;
    let start = end ?? (await file.stat()).size;
    for await (const line of linesBefore(file, start, start - REACH)) {
      const withLine = units + unitsOf(past, line.text);
      if (units > 0 && withLine > PAGE_UNITS && withLine > units) break;
      units = withLine;
      lines.unshift(line.text);
      start = line.start;
      if (lines.length >= LINES_MAX) break;
    }
    // One endless line: the next page begins before the part that was read.
    if (lines.length === 0) start = Math.max(0, start - REACH);
    const reader = agent.reader();
    const events = lines.flatMap((line) => reader.read(line));
    return { pieces: renderPast(events, PIECE_MAX, words, authorAt), start };
  } finally {
    await file.close();
  }
}

/** About how much of a page the line takes, UTF-16 units: it is read alone, although it may depend on lines before it. */
function unitsOf({ agent, words, authorAt }: Past, line: string): number {
  return renderPast(agent.reader().read(line), PIECE_MAX, words, authorAt).join('\n\n').length;
}

/**
 * Writes the whole transcript as Markdown into the file `to`, a batch at a time, with credentials masked. False if that
 * is more than `most` bytes: the rest is not written. Rejects as {@link openTranscript} does.
 */
export async function writePast(past: Past, head: string, to: string, most: number): Promise<boolean> {
  const file = await openTranscript(past.path);
  try {
    if ((await file.stat()).size > EXPORT_MAX) return false;
    let length = 0;
    async function* limited(): AsyncGenerator<string> {
      for await (const piece of markdownOf(past, file, head)) {
        length += Buffer.byteLength(piece);
        if (length > most) return;
        yield piece;
      }
    }
    await pipeline(Readable.from(limited()), createWriteStream(to, { mode: 0o600 }));
    return length <= most;
  } finally {
    await file.close();
  }
}

async function* markdownOf(past: Past, file: FileHandle, head: string): AsyncGenerator<string> {
  yield `${head}\n`;
  const reader = past.agent.reader();
  let events: SessionEvent[] = [];
  let lines = 0;
  let units = 0;
  for await (const { text } of linesFrom(file, 0, (await file.stat()).size)) {
    events.push(...reader.read(text));
    units += text.length;
    if (++lines < BATCH.lines && units < BATCH.units) continue;
    yield batchOf(past, events);
    [events, lines, units] = [[], 0, 0];
  }
  yield batchOf(past, events);
}

function batchOf({ words, authorAt }: Past, events: readonly SessionEvent[]): string {
  const pieces = renderPast(events, { prompt: Infinity, text: Infinity }, words, authorAt);
  return pieces.length === 0 ? '' : `${maskText(pieces.join('\n\n'))}\n\n`;
}
