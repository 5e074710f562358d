import { closeSync, constants, fstatSync, openSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { flockSync } from 'fs-ext';

/**
 * The lock of the same token that another user of this machine holds now; null: none does. Each user has a
 * directory of its own for it, which others may pass through and not list: who knows the token knows the file's name.
 */
export function heldByOtherUser(tokenLock: string): string | null {
  return locksOfOthers(tokenLock).find(isHeld) ?? null;
}

function locksOfOthers(tokenLock: string): string[] {
  const own = dirname(tokenLock);
  const base = dirname(own);
  try {
    return readdirSync(base)
      .filter((name) => /^ccbot-\d+$/.test(name) && name !== basename(own))
      .map((name) => join(base, name, basename(tokenLock)));
  } catch {
    return []; // a directory that may not be listed: then Telegram's 409 tells of the other one
  }
}

function isHeld(path: string): boolean {
  const fd = openOthersLock(path);
  if (fd === null) return false;
  try {
    // Shared, and let go at once: it is only a look. It fails while somebody holds the exclusive lock.
    flockSync(fd, 'shnb');
    return false;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EAGAIN' || code === 'EWOULDBLOCK';
  } finally {
    closeSync(fd);
  }
}

/** Opens another user's lock for looking and waiting; null when there is none, or something else in its place. */
export function openOthersLock(path: string): number | null {
  try {
    // Its owner may put a pipe or a link there: neither must stop us or lead elsewhere.
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (fstatSync(fd).isFile()) return fd;
    closeSync(fd);
    return null;
  } catch {
    return null; // not there, or not ours to look at
  }
}
