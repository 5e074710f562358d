import { constants, fstatSync, lstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs';
import { sep } from 'node:path';

/**
 * What happens with symbolic links in a path.
 *
 * - `follow`: for the user's own places, such as the directory of an agent. People link them to other disks and to their dotfiles.
 * - `refuse`: the last component must be no link. For places in which nobody puts links.
 * - `{ within }`: the file that was opened must be in this directory, wherever the links led. For files of a repository,
 *   because their author chose the links and what is read may be shown in the chat.
 */
export type LinkRule = 'follow' | 'refuse' | { readonly within: string };

/** A file is no regular file, is too large, or is reached through a link that is not allowed here. */
export class ForeignFileError extends Error {
  constructor(
    readonly path: string,
    readonly problem: ForeignProblem,
    /** In words, for a sentence that names the file itself. */
    readonly why: string,
  ) {
    super(`${path}: ${why}`);
    this.name = 'ForeignFileError';
  }
}

export type ForeignProblem =
  | 'directory'
  | 'link'
  | 'pipe'
  | 'socket'
  | 'device'
  | 'too-large'
  /** What is in it cannot be read, or its end is missing. */
  | 'damaged'
  /** A link leads out of the allowed directory. */
  | 'outside'
  /** The file was removed, or another took its place, while it was opened. */
  | 'moved';

/** `O_NONBLOCK`: a pipe without a writer does not block. `O_NOCTTY`: a terminal does not become ours. */
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Read at once, bytes, while the length of a file is unknown. */
const CHUNK = 64 * 1024;

/**
 * Where an open file is, with every link resolved. Throws if that is unknown: the file was removed, or the path leads to
 * another file by now.
 */
export function realPathOf(fd: number, path: string): string {
  if (process.platform === 'linux') {
    const real = readlinkSync(`/proc/self/fd/${fd}`);
    // The kernel marks a removed file in its name; a file may also be named so.
    if (isSameFile(fd, real)) return real;
    throw new ForeignFileError(path, 'moved', 'it was removed or replaced meanwhile');
  }
  const real = realpathSync(path);
  if (!isSameFile(fd, real)) throw new ForeignFileError(path, 'moved', 'it was replaced meanwhile');
  return real;
}

/** Whether `path` is `root` or in it; both absolute and with links resolved. */
export function isUnder(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

function isSameFile(fd: number, path: string): boolean {
  const opened = fstatSync(fd);
  try {
    const found = lstatSync(path);
    return found.ino === opened.ino && found.dev === opened.dev;
  } catch {
    return false; // nothing is there
  }
}

/** The flags to open a file with. */
export const flagsFor = (links: LinkRule): number =>
  links === 'refuse' ? FLAGS | constants.O_NOFOLLOW : FLAGS;

/** The error of an opening, in case the file became something else between the look before it and the opening. */
export function openError(path: string, error: unknown): unknown {
  const { code } = error as { code?: unknown };
  if (code === 'ELOOP') return refusedKind(path, 'link');
  if (code === 'ENXIO') return refusedKind(path, 'device');
  return error;
}

/** Throws unless it is a regular file. */
export function checkKind(path: string, stats: Stats): void {
  if (stats.isFile()) return;
  if (stats.isDirectory()) throw refusedKind(path, 'directory');
  if (stats.isSymbolicLink()) throw refusedKind(path, 'link');
  if (stats.isFIFO()) throw refusedKind(path, 'pipe');
  if (stats.isSocket()) throw refusedKind(path, 'socket');
  throw refusedKind(path, 'device');
}

function refusedKind(path: string, problem: keyof typeof KINDS): ForeignFileError {
  return new ForeignFileError(path, problem, `it is ${KINDS[problem]}, not a regular file`);
}

const KINDS = {
  directory: 'a directory',
  link: 'a symbolic link',
  pipe: 'a pipe',
  socket: 'a socket',
  device: 'a device',
} as const;

/** Throws if it is larger than `max` bytes. */
function checkSize(path: string, size: number, max: number): void {
  if (size > max) throw new ForeignFileError(path, 'too-large', `it is larger than ${max} bytes`);
}

/** Throws if the open file is not where links may lead. */
export function checkPlace(path: string, fd: number, links: LinkRule): void {
  if (typeof links === 'string') return;
  if (!isUnder(realPathOf(fd, path), realpathSync(links.within)))
    throw new ForeignFileError(path, 'outside', `a symbolic link leads out of ${links.within}`);
}

/** A file that is being read to its end, piece by piece. */
export interface WholeRead {
  /** Where the next piece goes. */
  room(): Buffer;
  /** Counts what was read into `room`. True: that was the end of the file. Throws if the file is larger than its limit. */
  add(room: Buffer, bytesRead: number): boolean;
  text(): string;
}

/** `size`: of the open file, which may grow while it is read. Throws if it is larger than `max` bytes. */
export function readWhole(path: string, size: number, max: number): WholeRead {
  checkSize(path, size, max);
  const pieces: Buffer[] = [];
  let length = 0;
  return {
    // For the rest of the file and one byte more, which shows that it has grown; never for more than the limit.
    room: () => Buffer.allocUnsafe(Math.min(size > length ? size - length : CHUNK, max - length) + 1),
    add(room, bytesRead) {
      pieces.push(room.subarray(0, bytesRead));
      length += bytesRead;
      checkSize(path, length, max);
      // Room was left free. A file without a size, such as one of /proc, may come in pieces of any length.
      return bytesRead === 0 || (size > 0 && length >= size && bytesRead < room.length);
    },
    text: () => Buffer.concat(pieces).toString('utf8'),
  };
}
