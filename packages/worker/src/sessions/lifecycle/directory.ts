import { access, constants, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import type { DirectoryRefusal } from './model';

/** A path as the user wrote it, relative to `from`; `~` is `home`. */
export function resolvePath(path: string, from: string, home: string): string {
  if (path === '~' || path.startsWith('~/')) return join(home, path.slice(1));
  return isAbsolute(path) ? resolve(path) : resolve(from, path);
}

export async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false; // missing, or in a directory that ccbot may not read
  }
}

/** Why a session cannot start in a directory; null: it can. */
export async function checkDirectory(path: string): Promise<DirectoryRefusal | null> {
  try {
    if (!(await stat(path)).isDirectory()) return { code: 'not-a-directory', path };
    await access(path, constants.R_OK | constants.X_OK);
    return null;
  } catch (error) {
    return { code: refusalCode((error as NodeJS.ErrnoException).code), path };
  }
}

function refusalCode(errno: string | undefined): DirectoryRefusal['code'] {
  if (errno === 'EACCES' || errno === 'EPERM') return 'unreadable-directory';
  if (errno === 'ENOTDIR') return 'not-a-directory';
  return 'no-directory';
}
