import { closeSync, constants, existsSync, fchmodSync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';

/** Something belongs to another user, or another user could change it. `ccbot hook` loads this file: keep it small. */
export class NotOursError extends Error {
  /** `why` follows the path in a sentence, such as `belongs to another user`. */
  constructor(
    readonly path: string,
    readonly why: string,
  ) {
    super(`${path} ${why}`);
  }
}

/** An open directory of this user. Whatever happens to its path, `at` leads into the directory that was checked. */
export interface OwnDirectory {
  readonly fd: number;
  /**
   * The path of an entry. It goes through the descriptor on Linux: nobody can swap it, and it is short, however long the
   * path of the directory is. Elsewhere it is the ordinary path.
   */
  at(name: string): string;
  close(): void;
}

/** The bits of a mode that other users need to read, write or pass through. */
const OTHERS = 0o077;

/**
 * Opens a directory of this user that nobody else can use, except with the permissions in `tolerated`. Never follows a
 * link at the end of the path. Throws a {@link NotOursError}, or the file system's error when there is no directory.
 */
export function openOwnDirectory(path: string, tolerated = 0): OwnDirectory {
  const fd = openDirectory(path);
  try {
    const { uid, mode } = fstatSync(fd);
    checkOwner(path, uid);
    const excess = mode & OTHERS & ~tolerated;
    if (excess !== 0) throw new NotOursError(path, `is open to other users (mode ${octal(mode)})`);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return ownDirectory(path, fd);
}

/** Opens a directory without following a link at the end of its path; what it is must still be checked. */
export function openDirectory(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Linux says ENOTDIR of a link too.
    if (code === 'ELOOP' || code === 'ENOTDIR') throw new NotOursError(path, 'is a link or no directory');
    throw error;
  }
}

/**
 * Changes the mode of a file or directory of this user, and of nothing that was put in its place meanwhile. Throws a
 * {@link NotOursError} if it has another mode afterwards: some file systems, such as FAT, keep none and do not say so.
 */
export function setOwnMode(path: string, mode: number): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    checkOwner(path, fstatSync(fd).uid);
    fchmodSync(fd, mode);
    const now = fstatSync(fd).mode & 0o7777;
    if (now !== mode)
      throw new NotOursError(path, `still has mode ${octal(now)}: its file system keeps no modes`);
  } finally {
    closeSync(fd);
  }
}

/** Throws a {@link NotOursError} unless this user is the owner. */
export function checkOwner(path: string, owner: number): void {
  if (owner !== ownUid()) throw new NotOursError(path, `belongs to another user (uid ${owner})`);
}

/** This user's id, from the kernel: in a container the user may be missing from /etc/passwd. */
export function ownUid(): number {
  return process.getuid?.() ?? 0;
}

export const octal = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, '0');

function ownDirectory(path: string, fd: number): OwnDirectory {
  const base = pathOfOpen(path, fd);
  return {
    fd,
    at: (name) => join(base, name),
    close: () => closeSync(fd),
  };
}

/** A path that leads to the open directory itself, on systems that have one; else its ordinary path. */
export function pathOfOpen(path: string, fd: number): string {
  const through = `/proc/self/fd/${fd}`;
  return process.platform === 'linux' && existsSync(through) ? through : path;
}
