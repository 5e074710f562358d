import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Lifecycle } from '../../sessions/lifecycle/lifecycle';
import { checkDirectory, isDirectory } from '../../sessions/lifecycle/directory';
import type { DirectoryRefusal } from '../../sessions/lifecycle/model';
import type { Registry } from '../../sessions/registry';
import { foldersIn } from './folders';
import type { Place } from './store';

/** The most directories of earlier sessions that are offered, and the most earlier sessions of one directory. */
const RECENT_MAX = 10;
const EARLIER_MAX = 3;

export interface NavigationDeps {
  registry: Registry;
  lifecycle: Lifecycle;
  /** Where the browser opens if there was no session before. */
  defaultDirectory: string;
}

/** A place, or why it cannot be shown. */
export type Found = { ok: true; place: Place } | { ok: false; why: NotFound };

export type NotFound = DirectoryRefusal | { code: 'not-listed'; path: string; reason: string };

/** What a place keeps when the user goes elsewhere. */
type Start = Pick<Place, 'request' | 'agent' | 'listing'>;

/** The place that shows a directory. */
export async function placeAt(deps: NavigationDeps, start: Start, path: string): Promise<Found> {
  const { registry, lifecycle } = deps;
  const { request, agent } = start;
  const listing = start.listing + 1;
  const refusal = await checkDirectory(path);
  if (refusal !== null) return { ok: false, why: refusal };
  try {
    const [folders, stored] = await Promise.all([foldersIn(path), lifecycle.earlier(agent, path)]);
    const live = new Set(registry.live().map(({ binding }) => binding?.sessionId));
    const earlier = stored.filter(({ sessionId }) => !live.has(sessionId)).slice(0, EARLIER_MAX);
    return { ok: true, place: { request, agent, listing, path, ...folders, page: 0, earlier } };
  } catch (error) {
    return { ok: false, why: { code: 'not-listed', path, reason: reasonOf(error) } }; // removed meanwhile
  }
}

/** The place that lists the directories of earlier sessions; without any the default directory. */
export async function recentPlace(deps: NavigationDeps, start: Start): Promise<Found> {
  const names = await recentDirectories(deps.registry);
  if (names.length === 0) return placeAt(deps, start, deps.defaultDirectory);
  const { request, agent } = start;
  const listing = start.listing + 1;
  return {
    ok: true,
    place: { request, agent, listing, path: null, names, unlisted: 0, page: 0, earlier: [] },
  };
}

/** The last used comes first. */
async function recentDirectories(registry: Registry): Promise<string[]> {
  const used = registry
    .all()
    .toSorted((a, b) => (b.activeAt ?? b.createdAt) - (a.activeAt ?? a.createdAt))
    .map(({ cwd }) => cwd);
  const paths = [...new Set(used)].slice(0, RECENT_MAX * 3);
  const exist = await Promise.all(paths.map(isDirectory));
  return paths.filter((_, i) => exist[i]).slice(0, RECENT_MAX);
}
