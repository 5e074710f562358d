import { promises } from 'node:fs';
import { join } from 'node:path';
import type { EarlierSession } from '../agent';
import { firstWords } from '../first-words';
import { ownSession, ROLLOUT } from './discover';
import { createRolloutReader } from './rollout';

/** How many of the newest transcripts are looked at: they lie by days, not by directories. */
const LOOKED_AT_MAX = 200;

/** The sessions of a directory whose transcripts Codex keeps, the last one first; those without a prompt are none. */
export async function earlierSessions(
  codexHome: string,
  cwd: string,
  most: number,
): Promise<EarlierSession[]> {
  const found: EarlierSession[] = [];
  for (const path of await newest(join(codexHome, 'sessions'), LOOKED_AT_MAX)) {
    if (found.length >= most) break;
    const session = await ownSession(0, path);
    if (session?.cwd !== cwd) continue;
    const about = await firstWords(path, createRolloutReader(), () => true);
    const at = (await promises.stat(path).catch(() => null))?.mtimeMs; // undefined: removed meanwhile
    if (about !== null && at !== undefined)
      found.push({ sessionId: session.sessionId, transcriptPath: path, about, at });
  }
  return found.sort((a, b) => b.at - a.at);
}

/** The transcripts below `sessions/YYYY/MM/DD`, those that began last first. */
async function newest(root: string, most: number): Promise<string[]> {
  const found: string[] = [];
  async function look(dir: string, depth: number): Promise<void> {
    const names = (await promises.readdir(dir).catch(() => [])).sort().reverse(); // not there
    for (const name of names) {
      if (found.length >= most) return;
      if (depth === 3) {
        if (ROLLOUT.test(name)) found.push(join(dir, name));
      } else if (/^\d+$/.test(name)) await look(join(dir, name), depth + 1);
    }
  }
  await look(root, 0);
  return found;
}
