import { readFileSync } from 'node:fs';

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
