import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  unlinkSync,
  writeFileSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { checkOwner, NotOursError, octal, openOwnDirectory, type OwnDirectory } from './directory';

// `ccbot hook` loads this file while the agent waits, and `node:net`, which it spares the hook, takes a quarter of the
// time of all the rest.

/** The longest piece that two writers of one pipe cannot mix up, bytes: Linux's `PIPE_BUF`. Elsewhere it is 512. */
const WHOLE_MAX = 4096;

/** Whether this system has pipes that are worth it: most lines must fit in one piece. */
export const HAS_PIPES = process.platform === 'linux';

/**
 * The names of files beside the pipe that have a line of their own, because it does not fit in one piece. The pipe gets
 * the name, after `@`: all lines have one order.
 */
export const LONG_LINE = /^line-\d+-\d+$/;

/**
 * Writes a line to a named pipe of ccbot, after the pipe and its directory have proved to be this user's alone. False:
 * nothing was written, because nobody reads the pipe, it is full, or there is no such pipe. Never blocks.
 */
export function writeToOwnPipe(path: string, line: string): boolean {
  if (!HAS_PIPES) return false;
  try {
    // Without a reader, opening fails with ENXIO.
    const fd = openOwnPipe(path, constants.O_WRONLY);
    try {
      return writePiece(fd, line) || writeLong(fd, path, line);
    } finally {
      closeSync(fd);
    }
  } catch {
    return false; // the caller uses the socket, which says what is wrong
  }
}

/** False: it is too long. */
function writePiece(fd: number, line: string): boolean {
  // The first newline ends what a writer that was killed left behind.
  const piece = Buffer.from(`\n${line}\n`);
  return piece.length <= WHOLE_MAX && writeSync(fd, piece) === piece.length;
}

function writeLong(pipe: number, path: string, line: string): boolean {
  const directory = openOwnDirectory(dirname(path));
  const name = `line-${process.pid}-${process.hrtime.bigint()}`;
  try {
    writeFileSync(directory.at(name), line, { flag: 'wx', mode: 0o600 });
    return writePiece(pipe, `@${name}`);
  } catch (error) {
    // A full disk, or a full pipe.
    unlinkSync(directory.at(name));
    throw error;
  } finally {
    directory.close();
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
