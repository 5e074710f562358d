import { closeSync, fstatSync, lstatSync, openSync, readSync, statSync } from 'node:fs';
import {
  checkKind,
  checkPlace,
  checkSize,
  flagsFor,
  isAtEnd,
  nextChunk,
  openError,
  type LinkRule,
} from './foreign-rules';
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
  const max = FILE_LIMITS[kind];
  const { size } = fstatSync(fd);
  checkSize(path, size, max);
  const chunks: Buffer[] = [];
  for (let length = 0; ;) {
    const chunk = nextChunk(size, length, max);
    const bytesRead = readSync(fd, chunk, 0, chunk.length, null);
    chunks.push(chunk.subarray(0, bytesRead));
    checkSize(path, length + bytesRead, max);
    if (isAtEnd(size, length, bytesRead, chunk)) return Buffer.concat(chunks).toString('utf8');
    length += bytesRead;
  }
}
