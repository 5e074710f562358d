import { lstatSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { NotOursError, octal, ownUid } from './directory';

/** As the kernel, which gives up after this many links in one path. */
const LINKS_MAX = 40;

/**
 * Throws a {@link NotOursError} if another user could put something else in the place of `path`: each directory on the
 * way belongs to this user or to root and only they can write to it, or it is sticky like /tmp; each link on the way
 * belongs to this user or to root. Parts that do not exist yet are not checked, nor is a directory at `path` itself.
 */
export function checkAncestors(path: string): void {
  let rest = partsOf(resolve(path));
  let at = '/';
  let links = 0;
  for (;;) {
    const name = rest.shift();
    if (name === undefined) return;
    checkDirectory(at, lstatSync(at));
    const next = join(at, name);
    const stat = lstatSync(next, { throwIfNoEntry: false });
    if (stat === undefined) return;
    if (!stat.isSymbolicLink()) {
      at = next;
      continue;
    }
    if (!isTrusted(stat.uid)) throw new NotOursError(next, `is a link of another user (uid ${stat.uid})`);
    if (++links > LINKS_MAX) throw new NotOursError(path, 'has too many links on the way');
    rest = [...partsOf(resolve(dirname(next), readlinkSync(next))), ...rest];
    at = '/';
  }
}

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '');

function checkDirectory(path: string, stat: Stats): void {
  if (!isTrusted(stat.uid)) throw new NotOursError(path, `belongs to another user (uid ${stat.uid})`);
  const isSticky = (stat.mode & 0o1000) !== 0;
  const others = 0o002 | (isOwnGroup(stat.gid) ? 0 : 0o020);
  if (!isSticky && (stat.mode & others) !== 0)
    throw new NotOursError(path, `can be changed by other users (mode ${octal(stat.mode)})`);
}

function isTrusted(uid: number): boolean {
  return uid === 0 || uid === ownUid() || uid === unmappedUid();
}

/** Whether a group has only this user, by the usual numbering of such groups, or is root's. */
function isOwnGroup(gid: number): boolean {
  return gid === 0 || (gid === process.getgid?.() && gid === ownUid());
}

/**
 * In a container with a user namespace of its own, users of the host, root among them, appear as this one. Null outside
 * of one, where it is an ordinary user.
 */
function unmappedUid(): number | null {
  try {
    const isWhole = /^\s*0\s+0\s+4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'utf8'));
    return isWhole ? null : Number(readFileSync('/proc/sys/kernel/overflowuid', 'utf8'));
  } catch {
    return null; // no Linux
  }
}
