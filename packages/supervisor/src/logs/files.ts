import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_FILES, rotatedNames } from '@ccbot/shared/log/rotating-file';
import { lineFilter, parseLogLine, type LogLine, type LogSelection } from './select';

/** The log files to read, one per program. */
export function logPaths(directory: string, which: LogSelection['which']): string[] {
  const programs = which === 'all' ? ['supervisor', 'worker'] : [which];
  return programs.map((program) => join(directory, `${program}.log`));
}

/** Whether one of the files, or an older one of the same program, is there. */
export function hasLogs(paths: readonly string[]): boolean {
  return paths.some((path) => rotatedNames({ path, maxFiles: MAX_FILES }).some((name) => existsSync(name)));
}

/**
 * The last matching lines of all files together, oldest first. `ends` limits how much of a file is read, in bytes:
 * the rest is left to the code that follows the file.
 */
export function lastLines(
  paths: readonly string[],
  selection: LogSelection,
  sinceMs: number | null,
  ends: ReadonlyMap<string, number> = new Map(),
): LogLine[] {
  const fits = lineFilter(selection, sinceMs);
  const lines = paths.flatMap((path) => lastOf(path, selection.lines, fits, ends));
  // The sort is stable, so lines without a time stay after the line before them.
  lines.sort((a, b) => a.at - b.at);
  return lines.slice(Math.max(0, lines.length - selection.lines)).map(({ line }) => line);
}

/** The last lines of one program, with the time to sort each by. */
function lastOf(
  path: string,
  count: number,
  fits: (line: LogLine) => boolean,
  ends: ReadonlyMap<string, number>,
): { at: number; line: LogLine }[] {
  let found: { at: number; line: LogLine }[] = [];
  for (const name of rotatedNames({ path, maxFiles: MAX_FILES })) {
    let at = 0;
    const here = textOf(name, ends.get(name))
      .split('\n')
      .filter((raw) => raw !== '')
      .map((raw) => {
        const line = parseLogLine(raw);
        at = line.at ?? at;
        return { at, line };
      })
      .filter(({ line }) => fits(line));
    found = [...here, ...found];
    if (found.length >= count) break;
  }
  return found;
}

function textOf(path: string, end: number | undefined): string {
  try {
    return readFileSync(path).subarray(0, end).toString('utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''; // not that many files yet
    throw error;
  }
}
