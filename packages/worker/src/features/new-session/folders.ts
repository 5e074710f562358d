import { mkdir, opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The most folders that are listed: some fifty pages on a phone. */
export const LISTED_MAX = 500;

/** The most entries of a directory that are looked at; in a larger one the path is typed. */
const LOOKED_AT_MAX = 20_000;

/** The folders in a directory. */
export interface Folders {
  /** In the order of the alphabet; hidden ones are left out. */
  names: string[];
  /** How many there are beside these. */
  unlisted: number;
}

/** The folders in `path`. Throws what the file system throws. */
export async function foldersIn(path: string): Promise<Folders> {
  const names: string[] = [];
  let looked = 0;
  for await (const entry of await opendir(path)) {
    if (++looked > LOOKED_AT_MAX) break;
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(join(path, entry.name))))) {
      names.push(entry.name);
    }
  }
  names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true, sensitivity: 'base' }) || (a < b ? -1 : 1));
  return { names: names.slice(0, LISTED_MAX), unlisted: Math.max(0, names.length - LISTED_MAX) };
}

/** Whether there is a directory; false where it cannot be looked at. */
export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true; // gone, or not for us to look at
}

/** Whether a directory is the top of a git repository, or of a work tree of one. */
export async function isGit(path: string): Promise<boolean> {
  return (await stat(join(path, '.git')).catch(() => null)) !== null; // none there
}

/** Makes a folder; one that is there already is as good. Throws what the file system throws otherwise. */
export async function makeFolder(path: string): Promise<'made' | 'there'> {
  try {
    await mkdir(path);
    return 'made';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return 'there';
    throw error;
  }
}

/** Whether `name` can be that of one folder, and stays below where it is made. */
export function isName(name: string): boolean {
  return (
    name !== '' &&
    name !== '.' &&
    name !== '..' &&
    // eslint-disable-next-line no-control-regex -- nobody could type such a path at the desk
    !/[/\u0000-\u001f\u007f]/.test(name) &&
    Buffer.byteLength(name) <= 255
  );
}
