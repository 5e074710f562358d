import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { namesInForeign } from '@ccbot/shared/files/foreign-directory';
import type { EarlierSession } from '../agent';
import { firstWords } from '../first-words';
import { mainSession, ROLLOUT } from './discover';
import { createRolloutReader } from './rollout';

/** How many of the newest transcripts to read. They are sorted by day, not by working directory. */
const MAX_READ = 200;

/** The stored sessions of a directory, newest first. Leaves out sessions without a prompt. */
export async function earlierSessions(
  codexHome: string,
  cwd: string,
  most: number,
): Promise<EarlierSession[]> {
  const found: EarlierSession[] = [];
  for (const path of await newest(join(codexHome, 'sessions'), MAX_READ)) {
    if (found.length >= most) break;
    const session = await mainSession(0, path);
    if (session?.cwd !== cwd) continue;
    const about = await firstWords(path, createRolloutReader(), () => true);
    const at = (await stat(path).catch(() => null))?.mtimeMs; // undefined: removed in the meantime
    if (about !== null && at !== undefined)
      found.push({ sessionId: session.sessionId, transcriptPath: path, about, at });
  }
  return found.sort((a, b) => b.at - a.at);
}

/** The transcripts below `sessions/YYYY/MM/DD`, the latest start first. */
async function newest(root: string, most: number): Promise<string[]> {
  const found: string[] = [];
  async function search(dir: string, depth: number): Promise<void> {
    for (const name of (await namesInForeign(dir, 'transcripts')).reverse()) {
      if (found.length >= most) return;
      if (depth === 3) {
        if (ROLLOUT.test(name)) found.push(join(dir, name));
      } else if (/^\d+$/.test(name)) await search(join(dir, name), depth + 1);
    }
  }
  await search(root, 0);
  return found;
}
