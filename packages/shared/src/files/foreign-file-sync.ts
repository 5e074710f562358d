import { closeSync, fstatSync, lstatSync, openSync, readSync, statSync } from 'node:fs';
import { checkKind, checkPlace, flagsFor, openError, readWhole, type LinkRule } from './foreign-rules';
import { FILE_LIMITS, type FileKind } from './limits';

// Apart from foreign-file.ts, because `ccbot hook` reads a file while the agent waits, and loading `node:fs/promises`
// alone takes more than a millisecond.

/** As `openForeign`, but synchronous. The caller closes the descriptor. */
export function openForeignSync(path: string, links: LinkRule = 'follow'): number {
  checkKind(path, links === 'refuse' ? lstatSync(path) : statSync(path));
  let fd: number;
  try {
    fd = openSync(path, flagsFor(links));
  } catch (error) {
    throw openError(path, error);
  }
  try {
    checkKind(path, fstatSync(fd));
    checkPlace(path, fd, links);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** As `readForeign`, but synchronous. */
export function readForeignSync(path: string, kind: FileKind, links: LinkRule = 'follow'): string {
  const fd = openForeignSync(path, links);
  try {
    return readOpenedSync(fd, path, kind);
  } finally {
    closeSync(fd);
  }
}

/** The text of a file that {@link openForeignSync} opened. */
export function readOpenedSync(fd: number, path: string, kind: FileKind): string {
  const whole = readWhole(path, fstatSync(fd).size, FILE_LIMITS[kind]);
  for (;;) {
    const room = whole.room();
    if (whole.add(room, readSync(fd, room, 0, room.length, null))) return whole.text();
  }
}
