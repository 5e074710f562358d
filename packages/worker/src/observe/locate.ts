import { open } from 'node:fs/promises';

/** How far back from the end a first record is looked for, bytes: enough for the longest turn between a hook and our look. */
const REACH = 4 * 1024 * 1024;

/** Records carry their time to the millisecond, but are written a little later than a hook is called: this much before it still counts, ms. */
const SLACK_MS = 2_000;

/**
 * Where in a transcript that is met for the first time the records from `at` (ms since the epoch) on begin: neither
 * its end, which would skip what was written meanwhile, nor its beginning, which would tell the past again. A file
 * that is not there yet begins at 0. Reads at most {@link REACH} bytes; an older record is taken for the past.
 */
export async function offsetAt(path: string, at: number): Promise<number> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (file === null) return 0;
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - REACH);
    const bytes = Buffer.alloc(size - from);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    let start = from === 0 ? 0 : bytes.indexOf(10) + 1;
    for (;;) {
      const end = bytes.subarray(0, bytesRead).indexOf(10, start);
      if (end < 0) return from + start;
      const time = timeOf(bytes.toString('utf8', start, end));
      if (time !== null && time >= at - SLACK_MS) return from + start;
      start = end + 1;
    }
  } finally {
    await file.close();
  }
}

/** The time of a record, ms since the epoch; null where it carries none. */
function timeOf(line: string): number | null {
  const found = /"timestamp":"(\d{4}-\d\d-\d\dT[^"]{1,20}Z)"/.exec(line);
  if (found === null) return null;
  const time = Date.parse(found[1] ?? '');
  return Number.isNaN(time) ? null : time;
}
