import { closeSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { flockSync } from 'fs-ext';
import { objectOf } from './json';
import { readMap, sameEntry, type MapEntry, type SessionMap } from './map';
import { replaceFile } from '@ccbot/shared/files/replace-file';

/** How long to wait for another hook, ms. A hook holds the lock for about one. */
const LOCK_WAIT_MS = 2_000;

/** Time between two attempts, ms. */
const LOCK_STEP_MS = 5;

/**
 * Sets an entry under a lock, by renaming a complete new file into place. Writes nothing when the entry is unchanged.
 * Moves a damaged map aside. Removes entries of closed windows: `windows` are the open windows of the entry's server, if
 * known. Also removes entries of servers that have ended, because the next server reuses their window ids. Throws the
 * errors of the file system.
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
    removeStale(map, key, entry, windows);
    map[key] = entry;
    replaceFile(path, `${JSON.stringify(map, null, 2)}\n`, 0o600);
    return true;
  } finally {
    closeSync(lock); // releases the lock
  }
}

/** Removes closed windows, and the previous window of the entry's session: a session runs in one window. */
function removeStale(
  map: SessionMap,
  key: string,
  entry: MapEntry,
  windows: ReadonlySet<string> | undefined,
): void {
  for (const [otherKey, value] of Object.entries(map)) {
    if (otherKey === key) continue;
    const other = objectOf(value);
    const isClosed =
      other['server'] === entry.server
        ? windows?.has(otherKey) === false
        : !isRunning(String(other['server'] ?? ''));
    if (isClosed || other['session_id'] === entry.session_id) Reflect.deleteProperty(map, otherKey);
  }
}

/** Whether a tmux server is running. True for an entry of another program without the server's pid. */
function isRunning(server: string): boolean {
  if (!/^[1-9]\d{0,9}$/.test(server)) return true;
  try {
    return process.kill(Number(server), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // runs, but belongs to another user
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
