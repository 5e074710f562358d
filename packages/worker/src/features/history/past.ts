import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { maskText } from '../../cards/redact/secrets';
import type { Agent } from '../../agents/agent';
import type { HistoryWords } from '../../words/topics/history';
import type { SessionEvent } from '../../sessions/events';
import { linesBefore } from '../../watch/lines';
import type { PromptAuthor } from '../../prompts/model';
import { renderPast } from './render';

/** About how much stands on a page, UTF-16 units: one message. */
const PAGE_UNITS = 2_800;

/** The most of one piece on a page. */
const MOST = { prompt: 600, text: 2_400 };

/** The most that is read for a page, lines: records that nothing is shown of may lie between. */
const LINES_MAX = 3_000;

/** How much of a transcript is made into a file at once, lines. */
const BATCH = 500;

/** A page of a session's past. */
export interface PastPage {
  pieces: string[];
  /** Where what stands on it begins, bytes; 0: it is the first page of the transcript. */
  start: number;
}

/** The page that ends at the offset `end`, or at the file's end. Throws what the file system throws. */
export async function pageBefore(
  path: string,
  end: number | null,
  agent: Agent,
  words: HistoryWords,
  whose: (at: number) => PromptAuthor,
): Promise<PastPage> {
  const file = await open(path, 'r');
  try {
    const taken: string[] = [];
    let units = 0;
    let start = end ?? (await file.stat()).size;
    for await (const line of linesBefore(file, start)) {
      // A reader of its own: here it only tells how much the line comes to.
      const own = units + renderPast(agent.reader().read(line.text), MOST, words, whose).join('\n\n').length;
      if (taken.length > 0 && units > 0 && own > PAGE_UNITS && own > units) break;
      units = own;
      taken.unshift(line.text);
      start = line.start;
      if (taken.length >= LINES_MAX) break;
    }
    const reader = agent.reader();
    return {
      pieces: renderPast(
        taken.flatMap((line) => reader.read(line)),
        MOST,
        words,
        whose,
      ),
      start,
    };
  } finally {
    await file.close();
  }
}

/**
 * Writes the whole transcript as Markdown into the file `to`, a part at a time; what is shaped like a credential is
 * masked. Throws what the file system throws.
 */
export async function writePast(
  path: string,
  agent: Agent,
  words: HistoryWords,
  whose: (at: number) => PromptAuthor,
  head: string,
  to: string,
): Promise<void> {
  async function* pieces(): AsyncGenerator<string> {
    yield `${head}\n`;
    const reader = agent.reader();
    let events: SessionEvent[] = [];
    let lines = 0;
    const input = createReadStream(path, 'utf8');
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      events.push(...reader.read(line));
      if (++lines % BATCH > 0) continue;
      yield textOf(events, words, whose);
      events = [];
    }
    yield textOf(events, words, whose);
  }
  await pipeline(Readable.from(pieces()), createWriteStream(to, { mode: 0o600 }));
}

function textOf(
  events: readonly SessionEvent[],
  words: HistoryWords,
  whose: (at: number) => PromptAuthor,
): string {
  const pieces = renderPast(events, { prompt: Infinity, text: Infinity }, words, whose);
  return pieces.length === 0 ? '' : `${maskText(pieces.join('\n\n'))}\n\n`;
}
