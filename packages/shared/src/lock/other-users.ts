import { closeSync, constants, fstatSync, openSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { flockSync } from 'fs-ext';

/**
 * The path of the lock that another user of this machine holds for the same token, or null. Each user keeps these locks
 * in a directory that others may pass through but not list. Only those who know the token know the file's name.
 */
export function heldByOtherUser(tokenLock: string): string | null {
  return locksOfOthers(tokenLock).find(isHeld) ?? null;
}

function locksOfOthers(tokenLock: string): string[] {
  const ownDirectory = dirname(tokenLock);
  const base = dirname(ownDirectory);
  try {
    return readdirSync(base)
      .filter((name) => /^ccbot-\d+$/.test(name) && name !== basename(ownDirectory))
      .map((name) => join(base, name, basename(tokenLock)));
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

/** Opens another user's lock to check it or wait for it. Null if there is none, or something else in its place. */
export function openOthersLock(path: string): number | null {
  try {
    // The other user may put a pipe or a link there, which must neither block us nor lead us elsewhere.
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (fstatSync(fd).isFile()) return fd;
    closeSync(fd);
    return null;
  } catch {
    return null; // no such file, or not readable for us
  }
}
