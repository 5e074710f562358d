import { closeSync, constants, fstatSync, openSync, writeSync, type Stats } from 'node:fs';
import { basename, dirname } from 'node:path';
import { checkOwner, NotOursError, octal, openOwnDirectory, type OwnDirectory } from './directory';

// `ccbot hook` loads this file while the agent waits, and `node:net`, which it spares the hook, takes a quarter of the
// time of all the rest.

/** The longest piece that two writers of one pipe cannot mix up, bytes: Linux's `PIPE_BUF`. Elsewhere it is 512. */
const WHOLE_MAX = 4096;

/** Whether this system has pipes that are worth it: most lines must fit in one piece. */
export const HAS_PIPES = process.platform === 'linux';

/**
 * Writes a line to a named pipe of ccbot, after the pipe and its directory have proved to be this user's alone. False:
 * nothing was written, because nobody reads the pipe, it is full, the line is too long for one piece, or there is no such
 * pipe. Never blocks.
 */
export function writeToOwnPipe(path: string, line: string): boolean {
  // The first newline ends what a writer that was killed left behind.
  const piece = Buffer.from(`\n${line}\n`);
  if (!HAS_PIPES || piece.length > WHOLE_MAX) return false;
  try {
    // Without a reader, opening fails with ENXIO.
    const fd = openOwnPipe(path, constants.O_WRONLY);
    try {
      return writeSync(fd, piece) === piece.length;
    } finally {
      closeSync(fd);
    }
  } catch {
    return false; // the caller uses the socket, which says what is wrong
  }
}

/**
 * Opens a named pipe of this user without blocking. `access`: one of `O_RDONLY`, `O_WRONLY` and `O_RDWR`. Throws a
 * {@link NotOursError} or the file system's error.
 */
export function openOwnPipe(path: string, access: number): number {
  let directory: OwnDirectory | undefined;
  let fd: number | undefined;
  try {
    directory = openOwnDirectory(dirname(path));
    fd = openSync(
      directory.at(basename(path)),
      access | constants.O_NONBLOCK | constants.O_NOFOLLOW | constants.O_NOCTTY,
    );
    checkPipe(path, fstatSync(fd));
    return fd;
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    throw error;
  } finally {
    directory?.close();
  }
}

function checkPipe(path: string, stat: Stats): void {
  if (!stat.isFIFO()) throw new NotOursError(path, 'is no pipe');
  checkOwner(path, stat.uid);
  if ((stat.mode & 0o077) !== 0)
    throw new NotOursError(path, `is open to other users (mode ${octal(stat.mode)})`);
}
