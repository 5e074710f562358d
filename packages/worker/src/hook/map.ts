import { readForeignSync } from '@ccbot/shared/files/foreign-file-sync';
import { ForeignFileError } from '@ccbot/shared/files/foreign-rules';
import { objectOf, parseObject, type JsonObject } from './json';

/** The entry of a window in `session_map.json`. */
export interface MapEntry {
  session_id: string;
  cwd: string;
  window_name: string;
  backend: string;
  transcript_path: string;
  /** The pane and the pid of its tmux server. With both known, the hook need not ask tmux for the window. */
  pane: string;
  server: string;
}

/** `session_map.json`: entries by `<tmux session>:<window id>`. Other programs may write entries, so they are unchecked. */
export type SessionMap = JsonObject;

/** Reads the map. Empty when there is none, null when it is damaged. */
export function readMap(path: string): SessionMap | null {
  let text: string;
  try {
    text = readForeignSync(path, 'sessionMap');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    if (error instanceof ForeignFileError) return null;
    throw error;
  }
  return parseObject(text); // ccbot replaces the file as a whole, so only another program can leave half of one
}

/** The entry of a known pane, with its key. */
export function entryOfPane(map: SessionMap, pane: string, server: string): [string, JsonObject] | undefined {
  return Object.entries(map)
    .map(([key, entry]): [string, JsonObject] => [key, objectOf(entry)])
    .find(([, entry]) => entry['pane'] === pane && entry['server'] === server);
}

/** Whether a stored entry equals `entry`. */
export function sameEntry(stored: unknown, entry: MapEntry): boolean {
  const fields = objectOf(stored);
  return Object.entries(entry).every(([key, value]) => fields[key] === value);
}
