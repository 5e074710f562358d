import type { Dirent } from 'node:fs';
import { lstat, opendir, realpath } from 'node:fs/promises';
import { isUnder, type LinkRule } from './foreign-rules';
import { LIST_LIMITS, type ListKind } from './limits';

/**
 * The entries of a directory that ccbot did not fill, in no order, at most as many as the limit of its kind. None if it is
 * missing, unreadable, no directory, or reached through a link that `links` does not allow. An entry says itself whether
 * it is a link.
 */
export async function entriesOfForeign(
  path: string,
  kind: ListKind,
  links: LinkRule = 'follow',
): Promise<Dirent[]> {
  const entries: Dirent[] = [];
  try {
    if (!(await isAllowed(path, links))) return [];
    for await (const entry of await opendir(path)) {
      entries.push(entry);
      if (entries.length >= LIST_LIMITS[kind]) break;
    }
  } catch {
    // Missing, unreadable or no directory; or it was removed while it was read, and what came so far is there.
  }
  return entries;
}

async function isAllowed(path: string, links: LinkRule): Promise<boolean> {
  if (links === 'follow') return true;
  if (links === 'refuse') return (await lstat(path)).isDirectory();
  return isUnder(await realpath(path), await realpath(links.within));
}

/** The names in such a directory, sorted, so that the same files always give the same list. */
export async function namesInForeign(path: string, kind: ListKind): Promise<string[]> {
  return (await entriesOfForeign(path, kind)).map(({ name }) => name).sort();
}
