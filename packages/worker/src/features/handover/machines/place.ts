import { join } from 'node:path';
import { isDirectory } from '../../../sessions/lifecycle/directory';
import { commonRemote, type Git, type Remote } from '../git/repository';
import type { OfferRequest } from './offer';

/** The most directories in which a clone is looked for. */
const DIRECTORIES_MAX = 50;

/** Where a session of another machine can continue on this one. `remote`: the one that both clones have. */
export type Place =
  | { ok: true; cwd: string; root?: string; remote?: Remote }
  | { ok: false; why: 'no-clone' | 'no-directory' };

/**
 * Finds the directory: that of a clone with the same remote, the one with the same path before those of other sessions; for
 * a session that works in no clone with a remote, the directory with the same path. `used`: where sessions of this machine
 * work and worked, newest first.
 */
export async function findPlace(
  git: Pick<Git, 'clone'>,
  { cwd, home, clone }: Pick<OfferRequest, 'cwd' | 'home' | 'clone'>,
  here: { home: string; used: readonly string[] },
): Promise<Place> {
  const same = [...(home === null ? [] : [join(here.home, home)]), cwd];
  const wanted = clone?.remotes ?? [];
  const seen = new Set<string>();
  for (const dir of wanted.length === 0 ? same : [...same, ...here.used]) {
    if (seen.has(dir) || seen.size >= DIRECTORIES_MAX) continue;
    seen.add(dir);
    if (!(await isDirectory(dir))) continue;
    if (wanted.length === 0) return { ok: true, cwd: dir };
    const found = await git.clone(dir);
    const remote = found === null ? undefined : commonRemote(found, wanted);
    if (found === null || remote === undefined) continue;
    const below = join(found.root, clone?.below ?? '');
    return { ok: true, cwd: (await isDirectory(below)) ? below : found.root, root: found.root, remote };
  }
  return { ok: false, why: wanted.length === 0 ? 'no-directory' : 'no-clone' };
}
