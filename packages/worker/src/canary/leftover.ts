import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { replaceFile } from '../hook/replace-file';

const run = promisify(execFile);

/** What a canary that runs has beside its process: a directory, and the `tmux -L` name of a server. */
export interface Place {
  dir: string;
  socket: string;
}

/** How the directory and the socket of a canary begin. */
export const CANARY_PREFIX = 'ccbot-canary-';

const notePath = (runDir: string): string => join(runDir, 'canary.json');

/**
 * Ends the canary's tmux server, in which nothing else lives, and removes its socket, which tmux 3.3a leaves. The
 * socket is where tmux puts it for an environment without `TMUX_TMPDIR`, as the canary's is.
 */
export async function endServer(socket: string, path: string): Promise<void> {
  await run('tmux', ['-L', socket, 'kill-server'], { env: { PATH: path } }).catch(() => undefined); // none runs
  rmSync(join('/tmp', `tmux-${userInfo().uid}`, socket), { force: true });
}

/** Notes where a canary is about to run, so that the next worker finds it when this one is killed. */
export function noteRunning(runDir: string, place: Place): void {
  replaceFile(notePath(runDir), `${JSON.stringify(place)}\n`, 0o600);
}

/** Takes the note back: nothing of the canary is left. */
export function noteEnded(runDir: string): void {
  rmSync(notePath(runDir), { force: true });
}

/**
 * Ends and removes what the canary of a killed worker left behind; false when there was nothing. Only the holder of
 * the lock may call it. A note that does not name a canary's own places is not followed.
 */
export async function removeLeftover(runDir: string, path: string): Promise<boolean> {
  const place = readNote(runDir);
  noteEnded(runDir);
  if (place === null) return false;
  await endServer(place.socket, path);
  rmSync(place.dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  return true;
}

function readNote(runDir: string): Place | null {
  let value: Partial<Place> | null;
  try {
    value = JSON.parse(readFileSync(notePath(runDir), 'utf8')) as Partial<Place> | null;
  } catch {
    return null; // none, or half of one: it is written before anything is made
  }
  const { dir, socket } = value ?? {};
  if (typeof dir !== 'string' || typeof socket !== 'string') return null;
  const own = dirname(dir) === tmpdir() && /^ccbot-canary-[A-Za-z0-9]+$/.test(basename(dir));
  return own && /^ccbot-canary-[0-9a-f]{12}$/.test(socket) ? { dir, socket } : null;
}
