import { closeSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { flockSync } from 'fs-ext';
import { readMap, sameEntry, type MapEntry } from './map';
import { replaceFile } from './replace-file';

/** How long another hook is waited for, ms; it holds the lock for about one. */
const LOCK_WAIT_MS = 2_000;

/** Time between two tries, ms. */
const LOCK_STEP_MS = 5;

/**
 * Sets one entry, under a lock and by renaming a whole new file into place; writes nothing when it says the same
 * already. A damaged map is kept beside the new one. What was in windows that are gone goes: `windows` are those of the
 * entry's server, where they are known, and the numbers of a server that has ended are given anew by the next. Throws
 * what the file system throws.
 */
export function setEntry(
  path: string,
  key: string,
  entry: MapEntry,
  at: number,
  windows?: ReadonlySet<string>,
): boolean {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const lock = openSync(`${path}.lock`, 'a', 0o600);
  try {
    waitForLock(lock, at);
    let map = readMap(path);
    if (map === null) {
      renameSync(path, `${path}.broken-${at}`);
      map = {};
    }
    if (sameEntry(map[key], entry)) return false;
    // A session runs in one window: an older place of it is forgotten.
    for (const [other, old] of Object.entries(map)) {
      const gone =
        old?.server === entry.server ? windows?.has(other) === false : !isRunning(old?.server ?? '');
      if (other !== key && (gone || old?.session_id === entry.session_id)) Reflect.deleteProperty(map, other);
    }
    map[key] = entry;
    replaceFile(path, `${JSON.stringify(map, null, 2)}\n`, 0o600);
    return true;
  } finally {
    closeSync(lock); // and with it the lock
  }
}

/** Whether a tmux server is still there; one that another program noted without its process is taken to be. */
function isRunning(server: string): boolean {
  if (!/^[1-9]\d{0,9}$/.test(server)) return true;
  try {
    return process.kill(Number(server), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // another user's, so not ours: but it is there
  }
}

function waitForLock(fd: number, at: number): void {
  const nap = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    try {
      return flockSync(fd, 'exnb');
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if ((code !== 'EAGAIN' && code !== 'EWOULDBLOCK') || Date.now() - at > LOCK_WAIT_MS) throw error;
      Atomics.wait(nap, 0, 0, LOCK_STEP_MS);
    }
  }
}
