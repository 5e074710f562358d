import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { namesInForeign } from '@ccbot/shared/files/foreign-directory';
import type { EarlierSession } from '../agent';
import { firstWords } from '../first-words';
import { projectDirectory } from './discover';
import { createTranscriptReader } from './transcript';

/** The stored sessions of a directory, newest first. Leaves out sessions without a prompt. */
export async function earlierSessions(
  stateDir: string,
  cwd: string,
  most: number,
): Promise<EarlierSession[]> {
  const folder = projectDirectory(stateDir, cwd);
  const names = await namesInForeign(folder, 'transcripts');
  const files = await Promise.all(
    names
      .filter((name) => /^[\w-]{1,100}\.jsonl$/.test(name))
      .map(async (name) => {
        const path = join(folder, name);
        const at = (await stat(path).catch(() => null))?.mtimeMs ?? 0; // removed in the meantime
        return { sessionId: name.replace(/\.jsonl$/, ''), path, at };
      }),
  );
  const found: EarlierSession[] = [];
  for (const { sessionId, path, at } of files.sort((a, b) => b.at - a.at)) {
    if (found.length >= most) break;
    // Two directories can share a folder: `a.b` and `a-b`.
    const about = await firstWords(path, createTranscriptReader(), (head) => cwdOf(head) === cwd);
    if (about !== null) found.push({ sessionId, transcriptPath: path, about, at });
  }
  return found;
}

function cwdOf(head: string): string | null {
  const found = /"cwd":("(?:[^"\\]|\\.){0,4096}")/.exec(head)?.[1];
  if (found === undefined) return null;
  try {
    return String(JSON.parse(found));
  } catch {
    return null; // not a valid JSON string
  }
}
