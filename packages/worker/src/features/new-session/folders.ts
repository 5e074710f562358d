import { mkdir, opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDirectory } from '../../sessions/lifecycle/directory';

/** The most folders that are listed: some fifty pages on a phone. */
export const LISTED_MAX = 500;

/** The most entries of a directory that are read; in a larger one the user types the path. */
const READ_MAX = 20_000;

/** The folders in a directory. */
export interface Folders {
  /** In alphabetical order, without hidden ones. */
  names: string[];
  /** How many there are beside these. */
  unlisted: number;
}

/** The folders in `path`. Throws what the file system throws. */
export async function foldersIn(path: string): Promise<Folders> {
  const names: string[] = [];
  let count = 0;
  for await (const entry of await opendir(path)) {
    if (++count > READ_MAX) break;
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await isDirectory(join(path, entry.name))))) {
      names.push(entry.name);
    }
  }
  names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true, sensitivity: 'base' }) || (a < b ? -1 : 1));
  return { names: names.slice(0, LISTED_MAX), unlisted: Math.max(0, names.length - LISTED_MAX) };
}

/** Whether a directory is the top of a git repository, or of a work tree. */
export async function isGit(path: string): Promise<boolean> {
  return (await stat(join(path, '.git')).catch(() => null)) !== null; // not a repository, or unreadable
}

/** Creates a folder. Throws what the file system throws, unless it exists already. */
export async function createFolder(path: string): Promise<'created' | 'exists'> {
  try {
    await mkdir(path);
    return 'created';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return 'exists';
    throw error;
  }
}

/** Whether `name` is the name of one folder, so that the folder stays inside its parent. */
export function isFolderName(name: string): boolean {
  return (
    name !== '' &&
    name !== '.' &&
    name !== '..' &&
    // oxlint-disable-next-line no-control-regex -- nobody could type such a path in a terminal
    !/[/\u0000-\u001f\u007f]/.test(name) &&
    Buffer.byteLength(name) <= 255
  );
}
