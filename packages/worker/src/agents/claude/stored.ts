import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { namesInForeign } from '@ccbot/shared/files/foreign-directory';
import { tailOfForeign } from '@ccbot/shared/files/foreign-file';
import { absolutePath, recordOf } from '../record';
import { projectDirectory } from './discover';

/**
 * The transcript of a session in any project directory, the one that was written last. Claude Code moves it to that of
 * the new directory when it enters a worktree, and with `/cd` (measured with 2.1.330).
 */
export async function findTranscript(stateDir: string, sessionId: string): Promise<string | null> {
  if (!/^[\w-]{1,100}$/.test(sessionId)) return null;
  const projects = join(stateDir, 'projects');
  let newest: { path: string; at: number } | undefined;
  for (const name of await namesInForeign(projects, 'projects')) {
    const path = join(projects, name, `${sessionId}.jsonl`);
    const found = await stat(path).catch(() => null); // not in this one
    if (found?.isFile() !== true) continue;
    if (newest === undefined || found.mtimeMs > newest.at) newest = { path, at: found.mtimeMs };
  }
  return newest?.path ?? null;
}

/**
 * The working directory that a transcript belongs to, by its last records: that of the last move, or of a record whose
 * project directory is the transcript's. A record's own directory alone is not enough, since it follows `cd` in a shell.
 */
export async function directoryOf(transcriptPath: string): Promise<string | null> {
  const end = await tailOfForeign(transcriptPath, 'recordTail').catch(() => ''); // gone, or no regular file
  for (const line of end.split('\n').reverse()) {
    const record = recordOf(line);
    const cwd = absolutePath(record?.['relocatedCwd']) || absolutePath(record?.['cwd']);
    if (cwd !== '' && isProjectOf(transcriptPath, cwd)) return cwd;
  }
  return null;
}

function isProjectOf(transcriptPath: string, cwd: string): boolean {
  return basename(projectDirectory('', cwd)) === basename(dirname(transcriptPath));
}
