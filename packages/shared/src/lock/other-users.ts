import { closeSync, constants, fstatSync, openSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathOfOpen } from '../ownership/directory';
import { flockSync } from './flock-call';

/**
 * Linux's O_PATH, which Node.js does not name: opens a directory that others may pass through but not read. Without it,
 * a lock of another user counts as absent, and Telegram's 409 reveals the other poller.
 */
const O_PATH = process.platform === 'linux' ? 0o10000000 : 0;

/** The directories of the users for locks that others must see. */
const DIRECTORY = /^ccbot-(\d+)$/;

/**
 * The path of the lock that another user of this machine holds for the same token, or null. Each user keeps these locks
 * in a directory that others may pass through but not list. Only those who know the token know the file's name.
 */
export function heldByOtherUser(sharedLock: string): string | null {
  return locksOfOthers(sharedLock).find(isHeld) ?? null;
}

function locksOfOthers(sharedLock: string): string[] {
  const ownDirectory = dirname(sharedLock);
  const base = dirname(ownDirectory);
  try {
    return readdirSync(base)
      .filter((name) => DIRECTORY.test(name) && name !== basename(ownDirectory))
      .map((name) => join(base, name, basename(sharedLock)));
  } catch {
    return []; // not allowed to list it; Telegram's 409 will reveal another poller
  }
}

function isHeld(path: string): boolean {
  const fd = openOthersLock(path);
  if (fd === null) return false;
  try {
    // A shared lock, released immediately: it fails while another process holds the exclusive one.
    flockSync(fd, 'shnb');
    return false;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EAGAIN' || code === 'EWOULDBLOCK';
  } finally {
    closeSync(fd);
  }
}

/**
 * Opens another user's lock to check it or wait for it. Null if there is none, or something else in its place, such as
 * a directory of somebody other than the user that it is named after: a link from it to our own lock would keep us out.
 */
export function openOthersLock(path: string): number | null {
  let directory: number | undefined;
  try {
    directory = openSync(dirname(path), O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    const user = DIRECTORY.exec(basename(dirname(path)))?.[1];
    if (String(fstatSync(directory).uid) !== user) return null;
    // The other user may put a pipe or a link there, which must neither block us nor lead us elsewhere.
    const fd = openSync(
      join(pathOfOpen(dirname(path), directory), basename(path)),
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    if (fstatSync(fd).isFile()) return fd;
    closeSync(fd);
    return null;
  } catch {
    return null; // no such file, or not readable for us
  } finally {
    if (directory !== undefined) closeSync(directory);
  }
}
