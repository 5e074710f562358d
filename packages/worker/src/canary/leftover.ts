import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { parseJson } from '@ccbot/shared/protocol/json';
import * as z from 'zod/mini';
import { replaceFile } from '@ccbot/shared/files/replace-file';

const run = promisify(execFile);

/** What a running canary owns outside its process. */
const place = z.object({
  dir: z.string(),
  /** The `tmux -L` name of its server. */
  socket: z.string(),
});

export type Place = z.infer<typeof place>;

/** The tmux program, and the search path for it. */
export interface TmuxPlace {
  tmux: string;
  path: string;
}

/** The names of a canary's directory and socket start with this. */
export const CANARY_PREFIX = 'ccbot-canary-';

const recordPath = (runDir: string): string => join(runDir, 'canary.json');

/**
 * Kills the canary's tmux server, in which nothing else runs, and removes its socket, which tmux 3.3a leaves behind. The
 * canary runs without `TMUX_TMPDIR`, so its socket is in tmux's default directory.
 */
export async function endServer(socket: string, { tmux, path }: TmuxPlace): Promise<void> {
  await run(tmux, ['-L', socket, 'kill-server'], { env: { PATH: path } }).catch(() => undefined); // none runs
  rmSync(join('/tmp', `tmux-${userInfo().uid}`, socket), { force: true });
}

/** Records where a canary is about to run, so that the next worker can clean up if this one is killed. */
export function recordRunning(runDir: string, running: Place): void {
  replaceFile(recordPath(runDir), `${JSON.stringify(running)}\n`, 0o600);
}

/** Deletes that record: the canary has cleaned up. */
export function recordEnded(runDir: string): void {
  rmSync(recordPath(runDir), { force: true });
}

/**
 * Cleans up after the canary of a killed worker. False when there was nothing to do. Only the holder of the lock may
 * call it. A record with paths that are not a canary's own is ignored.
 */
export async function removeLeftover(runDir: string, programs: TmuxPlace): Promise<boolean> {
  const leftover = readRecord(runDir);
  recordEnded(runDir);
  if (leftover === null) return false;
  await endServer(leftover.socket, programs);
  rmSync(leftover.dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  return true;
}

function readRecord(runDir: string): Place | null {
  let text: string;
  try {
    text = readFileSync(recordPath(runDir), 'utf8');
  } catch {
    return null; // none
  }
  // Null for half of one: it is written before anything else is created.
  const record = parseJson(place, text);
  if (record === null) return null;
  const { dir, socket } = record;
  const isCanaryDir = dirname(dir) === tmpdir() && /^ccbot-canary-[A-Za-z0-9]+$/.test(basename(dir));
  return isCanaryDir && /^ccbot-canary-[0-9a-f]{12}$/.test(socket) ? { dir, socket } : null;
}
