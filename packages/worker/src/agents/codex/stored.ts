import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { namesInForeign } from '@ccbot/shared/files/foreign-directory';

/** The most transcripts that are looked through for one session, the latest start first. */
const SEARCHED_MAX = 100_000;

/**
 * The file name of a stored transcript, with the session's id. Codex compresses the ones it has not written for a week
 * (measured with 0.169.0), and `codex resume` makes them plain again.
 */
export const STORED_ROLLOUT =
  /^rollout-.{1,100}-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.jsonl(?:\.zst)?$/;

/** The transcript of a session: plain or compressed, archived or not; of several, the one that was written last. */
export async function findRollout(codexHome: string, sessionId: string): Promise<string | null> {
  const isOf = (name: string): boolean => STORED_ROLLOUT.exec(name)?.[1] === sessionId;
  const archive = join(codexHome, 'archived_sessions');
  const archived = (await namesInForeign(archive, 'transcripts')).filter(isOf);
  const paths = [
    ...(await newestRollouts(join(codexHome, 'sessions'), SEARCHED_MAX, isOf, 2)),
    ...archived.map((name) => join(archive, name)),
  ];
  let newest: { path: string; at: number } | undefined;
  for (const path of paths) {
    const found = await stat(path).catch(() => null); // compressed or removed in the meantime
    if (found?.isFile() !== true) continue;
    // Plain and compressed at once: it is being converted, and both are whole then.
    if (newest === undefined || found.mtimeMs > newest.at) newest = { path, at: found.mtimeMs };
  }
  return newest?.path ?? null;
}

/**
 * The transcripts below `sessions/YYYY/MM/DD`, the latest start first: those whose name fits, until there are `enough`
 * of them.
 */
export async function newestRollouts(
  root: string,
  most: number,
  fits: (name: string) => boolean = (name) => STORED_ROLLOUT.test(name),
  enough = most,
): Promise<string[]> {
  const found: string[] = [];
  let searched = 0;
  async function search(dir: string, depth: number): Promise<void> {
    for (const name of (await namesInForeign(dir, 'transcripts')).reverse()) {
      if (found.length >= enough || searched >= most) return;
      if (depth === 3) {
        searched++;
        if (fits(name)) found.push(join(dir, name));
      } else if (/^\d+$/.test(name)) await search(join(dir, name), depth + 1);
    }
  }
  await search(root, 0);
  return found;
}
