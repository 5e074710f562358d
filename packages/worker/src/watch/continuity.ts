import { createHash } from 'node:crypto';
import { openForeign } from '@ccbot/shared/files/foreign-file';
import { ForeignFileError } from '@ccbot/shared/files/foreign-rules';
import { linesBefore } from './lines';

/** How far back from an offset its last line is looked for, bytes. */
const REACH = 9 * 1024 * 1024;

/** What identifies the line before an offset: records carry ids and times, so no two files have the same there. */
export function hashOfLine(line: string): string {
  return createHash('sha256').update(line).digest('base64url');
}

/**
 * Whether the file at a path has the line that was read last, at the same offset: it is the same transcript, moved,
 * copied or written again, and reading resumes there. False if nothing was read, or the file cannot be read.
 */
export async function continuesAt(
  path: string,
  { offset, last }: { offset: number; last?: string | undefined },
): Promise<boolean> {
  if (last === undefined || offset === 0) return false;
  try {
    const file = await openForeign(path);
    try {
      if ((await file.stat()).size < offset) return false;
      for await (const { text } of linesBefore(file, offset, offset - REACH))
        return hashOfLine(text) === last;
      return false;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof ForeignFileError || 'code' in (error as object)) return false;
    throw error;
  }
}
