import { access, constants, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { searchPath } from '@ccbot/shared/config/search-path';

/**
 * The path of a program, or null. Looks it up as a shell does, but not in the working directory: a relative path is no
 * program, nor is anything that a relative entry of the search path leads to. Starts none.
 */
export async function findProgram(program: string, path: string): Promise<string | null> {
  if (program === '' || (program.includes('/') && !isAbsolute(program))) return null;
  const candidates = program.includes('/')
    ? [program]
    : searchPath(path)
        .split(delimiter)
        .map((folder) => join(folder, program));
  for (const candidate of candidates) {
    try {
      await access(candidate, constants.X_OK);
      if ((await stat(candidate)).isFile()) return candidate;
    } catch {
      continue; // not here; the next folder may have it
    }
  }
  return null;
}
