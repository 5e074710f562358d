import type { FileHandle } from 'node:fs/promises';
import { openForeign } from '@ccbot/shared/files/foreign-file';

/** The first step back from the end, bytes: it nearly always holds the records since the hook. Each further step is four times as far. */
const STEP = 1024 * 1024;

/** How far back from the end to look at most, bytes: more than an agent writes in a day. */
const REACH = 256 * 1024 * 1024;

/** How much is read at once, bytes. */
const CHUNK = 256 * 1024;

/** Records from up to this long before the hook still count, ms: they carry their time, but are written a little later than a hook is called. */
const SLACK_MS = 2_000;

/** How much of a line is searched for its time, bytes: no record is that long without one. */
const LINE_MAX = 32 * 1024 * 1024;

const NEWLINE = 10;

/**
 * The byte offset of the first record of a new transcript that was written at or after `at`, ms since the epoch. Its end
 * would skip what was written meanwhile, its beginning would repeat the past. 0 for a file that does not exist yet.
 * `opened`: when the agent was started, if that is known: records from before are the past, however short the time since.
 * Looks back from the end only as far as needed, and no further than {@link REACH}. Rejects as
 * {@link openForeign} does.
 */
export async function offsetAt(path: string, at: number, opened?: number): Promise<number> {
  const file = await openForeign(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (file === null) return 0;
  try {
    const { size } = await file.stat();
    // Opened later than `at`: the clock was set back.
    const since = Math.max(at - SLACK_MS, opened !== undefined && opened <= at ? opened : -Infinity);
    for (let step = STEP; ; step *= 4) {
      const from = Math.max(0, size - Math.min(step, REACH));
      const found = await firstSince(file, from, since);
      if (found.afterPast || from === 0 || step >= REACH) return found.offset;
    }
  } finally {
    await file.close();
  }
}

/**
 * The start of the first line behind `from` whose record is not older than `since`, otherwise the end of the whole lines.
 * `afterPast`: an older record comes before it, so it is really the first.
 */
async function firstSince(
  file: FileHandle,
  from: number,
  since: number,
): Promise<{ offset: number; afterPast: boolean }> {
  let afterPast = false;
  let end: number | undefined;
  for await (const line of linesFrom(file, from)) {
    const time = timeOf(line.text);
    if (time !== null && time >= since) return { offset: line.start, afterPast };
    if (time !== null) afterPast = true;
    end = line.end;
  }
  return end === undefined ? { offset: from, afterPast: false } : { offset: end, afterPast };
}

/** The whole lines that begin behind `from`, or at the start of the file. */
async function* linesFrom(
  file: FileHandle,
  from: number,
): AsyncGenerator<{ start: number; end: number; text: string }> {
  let isSkipping = from > 0;
  let start = from;
  let held: Buffer[] = [];
  let heldLength = 0;
  for (let position = from; ;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const { bytesRead } = await file.read(chunk, 0, CHUNK, position);
    if (bytesRead === 0) return;
    let rest = chunk.subarray(0, bytesRead);
    position += bytesRead;
    for (let at = rest.indexOf(NEWLINE); at >= 0; at = rest.indexOf(NEWLINE)) {
      const end = position - rest.length + at + 1;
      if (!isSkipping)
        yield { start, end, text: Buffer.concat([...held, rest.subarray(0, at)]).toString('utf8') };
      isSkipping = false;
      start = end;
      held = [];
      heldLength = 0;
      rest = rest.subarray(at + 1);
    }
    heldLength += rest.length;
    if (!isSkipping && heldLength <= LINE_MAX) held.push(rest);
  }
}

/** The time of a record, ms since the epoch; null if it has none. */
function timeOf(line: string): number | null {
  const found = /"timestamp":"(\d{4}-\d\d-\d\dT[^"]{1,20}Z)"/.exec(line);
  if (found === null) return null;
  const time = Date.parse(found[1] ?? '');
  return Number.isNaN(time) ? null : time;
}
