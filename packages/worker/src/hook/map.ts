import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { flockSync } from 'fs-ext';

/** What `session_map.json` says of one window. */
export interface MapEntry {
  session_id: string;
  cwd: string;
  window_name: string;
  backend: string;
  transcript_path: string;
  /** The pane and its server's pid: with both known, the window need not be asked for again. */
  pane: string;
  server: string;
}

/** `session_map.json`: `<tmux session>:<window id>` → what runs there. */
export type SessionMap = Record<string, MapEntry>;

/** How long another hook is waited for, ms; it holds the lock for about one. */
const LOCK_WAIT_MS = 2_000;

/** Time between two tries, ms. */
const LOCK_STEP_MS = 5;

/** Reads the map; an empty one where there is none. Null when it is damaged. */
export function readMap(path: string): SessionMap | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  try {
    const map: unknown = JSON.parse(text);
    return typeof map === 'object' && map !== null && !Array.isArray(map) ? (map as SessionMap) : null;
  } catch {
    return null; // half-written by something else than us: we write whole files only
  }
}

/** The entry of a pane that is known already, with its key. */
export function entryOfPane(map: SessionMap, pane: string, server: string): [string, MapEntry] | undefined {
  return Object.entries(map).find(([, entry]) => entry?.pane === pane && entry.server === server);
}

/** Whether two entries say the same. */
export function sameEntry(a: MapEntry | undefined, b: MapEntry): boolean {
  return a !== undefined && (Object.keys(b) as (keyof MapEntry)[]).every((key) => a[key] === b[key]);
}

/**
 * Sets one entry, under a lock and by renaming a whole new file into place; writes nothing when it says the same
 * already. A damaged map is kept beside the new one. Throws what the file system throws.
 */
export function setEntry(path: string, key: string, entry: MapEntry, at: number): boolean {
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
      if (other !== key && old?.session_id === entry.session_id) delete map[other];
    }
    map[key] = entry;
    const draft = `${path}.${process.pid}.tmp`;
    const file = openSync(draft, 'w', 0o600);
    try {
      writeSync(file, `${JSON.stringify(map, null, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
    return true;
  } finally {
    closeSync(lock); // and with it the lock
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
