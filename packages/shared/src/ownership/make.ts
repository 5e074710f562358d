import { accessSync, closeSync, constants, fchmodSync, fstatSync, mkdirSync, realpathSync } from 'node:fs';
import { checkOwner, openDirectory } from './directory';
import { checkAncestors } from './ancestors';

/**
 * Creates a directory of this user, or takes the one that is there, and gives it exactly this mode. Nobody else can
 * change it, nor put another in its place; so its path can be trusted from then on. Throws a `NotOursError` or the file
 * system's error. A link is followed only if nobody else can change it; with `link: false`, never.
 */
export function makeOwnDirectory(path: string, mode: number, { link }: { link: boolean }): void {
  checkAncestors(path);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  // Again: somebody may have created a missing part of the path in between.
  checkAncestors(path);
  const fd = openDirectory(link ? realpathSync(path) : path);
  try {
    const found = fstatSync(fd);
    checkOwner(path, found.uid);
    if ((found.mode & 0o7777) !== mode) fchmodSync(fd, mode);
  } finally {
    closeSync(fd);
  }
  accessSync(path, constants.W_OK | constants.X_OK); // a read-only disk
}
