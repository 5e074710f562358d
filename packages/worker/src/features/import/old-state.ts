import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fault, FaultError, reasonOf } from '@ccbot/shared/faults/fault';
import * as z from 'zod/mini';

/** The files of the Python ccbot in its directory. Only the first is needed. */
export const OLD_FILES = {
  state: 'state.json',
  map: 'session_map.json',
  monitor: 'monitor_state.json',
} as const;

/** A file larger than this, bytes, is none of its: it holds some hundred bytes a session. */
const FILE_MAX = 64 * 1024 * 1024;

const text = z.catch(z.string(), '');
const seconds = z.catch(z.number(), 0);

/** One session of the Python ccbot. Times are seconds since the epoch; 0: it does not say. */
const session = z.object({
  id: z.string(),
  name: text,
  workdir: text,
  /** `active`, `idle`, `archived`, `completed` or `lost`. */
  state: text,
  /** The agent's own id of its session, whichever agent that is. */
  claude_session_id: text,
  /** The agent's id; files of earlier versions do not say. */
  backend: z.catch(z.string(), 'claude'),
  created_at: seconds,
  last_event_at: seconds,
  archived_at: seconds,
});

/** See {@link OldState}. Times as in the file. */
export interface OldSession extends Omit<z.infer<typeof session>, 'claude_session_id'> {
  /** The agent's own id of its session; empty: it had not begun one. */
  agentSession: string;
}

/** What the Python ccbot kept, as far as it can be brought over. */
export interface OldState {
  sessions: OldSession[];
  /** How many records were no sessions. */
  unreadable: number;
  /** What each person set, by Telegram user id, under the names and with the values of the file. */
  settings: ReadonlyMap<number, Readonly<Record<string, unknown>>>;
  /** The session that each person wrote to. */
  active: ReadonlyMap<number, string>;
  /** Transcripts by the agents' own session ids. */
  transcripts: ReadonlyMap<string, string>;
}

/**
 * Reads the state of the Python ccbot in `dir`, which is only read. Records that are no sessions are counted, unknown
 * fields ignored. Throws a {@link FaultError} where there is no state, or a file is not readable JSON.
 */
export function readOldState(dir: string): OldState {
  const state = fields(readJson(join(dir, OLD_FILES.state), true));
  const map = fields(readJson(join(dir, OLD_FILES.map), false));
  const monitor = fields(readJson(join(dir, OLD_FILES.monitor), false));
  const records = Object.values(fields(state['sessions']));
  const sessions = records.flatMap((record) => {
    const read = session.safeParse(record);
    if (!read.success) return [];
    const { claude_session_id: agentSession, ...rest } = read.data;
    return [{ ...rest, agentSession }];
  });
  const transcripts = new Map<string, string>();
  const windows = [...Object.values(fields(state['window_states'])), ...Object.values(map)].map(fields);
  const tracked = Object.values(fields(monitor['tracked_sessions'])).map(fields);
  for (const one of [...windows, ...tracked]) {
    const path = one['transcript_path'] ?? one['file_path'];
    const id = one['session_id'];
    if (typeof id === 'string' && id !== '' && typeof path === 'string' && path !== '')
      transcripts.set(id, path);
  }
  const byUser = <T>(value: unknown, of: (value: unknown) => T | undefined): Map<number, T> =>
    new Map(
      Object.entries(fields(value)).flatMap(([user, one]) => {
        const found = of(one);
        return /^\d{1,15}$/.test(user) && found !== undefined ? [[Number(user), found] as const] : [];
      }),
    );
  return {
    sessions,
    unreadable: records.length - sessions.length,
    settings: byUser(state['user_settings'], fields),
    active: byUser(state['active_sessions'], (value) => (typeof value === 'string' ? value : undefined)),
    transcripts,
  };
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function readJson(path: string, needed: boolean): unknown {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(path, reasonOf(error));
    if (needed) throw new FaultError(fault('IMPORT_NOTHING', { path }));
    return {};
  }
  if (content.length > FILE_MAX) throw unreadable(path, 'it is far too large');
  try {
    return JSON.parse(content);
  } catch (error) {
    throw unreadable(path, reasonOf(error));
  }
}

const unreadable = (path: string, reason: string): FaultError =>
  new FaultError(fault('IMPORT_UNREADABLE', { path, reason }));
