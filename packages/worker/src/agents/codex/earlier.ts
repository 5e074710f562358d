import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EarlierSession } from '../agent';
import { firstWords } from '../first-words';
import { plainPath } from '../transcript-file';
import { mainSession } from './discover';
import { createRolloutReader } from './rollout';
import { newestRollouts } from './stored';

/** How many of the newest transcripts to read. They are sorted by day, not by working directory. */
const MAX_READ = 200;

/** The stored sessions of a directory, newest first. Leaves out sessions without a prompt. */
export async function earlierSessions(
  codexHome: string,
  cwd: string,
  most: number,
): Promise<EarlierSession[]> {
  const found: EarlierSession[] = [];
  for (const path of await newestRollouts(join(codexHome, 'sessions'), MAX_READ)) {
    if (found.length >= most) break;
    const session = await mainSession(0, path);
    if (session?.cwd !== cwd) continue;
    const about = await firstWords(path, createRolloutReader(), () => true);
    const at = (await stat(path).catch(() => null))?.mtimeMs; // undefined: removed in the meantime
    if (about !== null && at !== undefined)
      found.push({ sessionId: session.sessionId, transcriptPath: plainPath(path), about, at });
  }
  return found.sort((a, b) => b.at - a.at);
}
