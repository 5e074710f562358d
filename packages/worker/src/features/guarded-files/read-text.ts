import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** Real settings of an agent have some kilobytes. */
const SIZE_MAX = 4 * 1024 * 1024;

/**
 * The text of a file that anybody may have replaced. Null when there is none. Never blocks; throws for anything but a
 * regular file of a sensible size.
 */
export function readText(path: string): string | null {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw new Error('it is not a regular file');
    if (stats.size > SIZE_MAX) throw new Error(`it is larger than ${SIZE_MAX} bytes`);
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}
