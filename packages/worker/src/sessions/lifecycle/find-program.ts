import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';

/** The path of a program, or null. Looks it up as a shell does, but starts none. */
export async function findProgram(program: string, searchPath: string): Promise<string | null> {
  if (program === '') return null;
  const candidates = program.includes('/')
    ? [resolve(program)]
    : searchPath.split(delimiter).map((folder) => join(folder, program));
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
