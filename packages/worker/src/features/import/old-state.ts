import { join } from 'node:path';
import { fault, FaultError, reasonOf } from '@ccbot/shared/faults/fault';
import { readForeignSync } from '@ccbot/shared/files/foreign-file-sync';
import { ForeignFileError } from '@ccbot/shared/files/foreign-rules';
import * as z from 'zod/mini';

/** The files of the Python ccbot in its directory. Only the first is needed. */
export const OLD_FILES = {
  state: 'state.json',
  map: 'session_map.json',
  monitor: 'monitor_state.json',
} as const;

const text = z.catch(z.string(), '');
const seconds = z.catch(z.number(), 0);

/** One session of the Python ccbot. Times are seconds since the epoch; 0: unknown. */
const session = z.object({
  id: z.string(),
  name: text,
  workdir: text,
  /** `active`, `idle`, `archived`, `completed` or `lost`. */
  state: text,
  /** The agent's own session id, of any agent. */
  claude_session_id: text,
  /** The agent's id; absent in files of early versions. */
  backend: z.catch(z.string(), 'claude'),
  created_at: seconds,
  last_event_at: seconds,
  archived_at: seconds,
});

/** Times as in the file. */
export interface OldSession extends Omit<z.infer<typeof session>, 'claude_session_id'> {
  /** The agent's own session id; empty: the agent had not started one. */
  agentSession: string;
}

/** The state of the Python ccbot, as far as it can be imported. */
export interface OldState {
  sessions: OldSession[];
  /** How many records are no sessions. */
  unreadable: number;
  /** The settings of each user, by Telegram user id, with the names and values of the file. */
  settings: ReadonlyMap<number, Readonly<Record<string, unknown>>>;
  /** The session that each user wrote to. */
  active: ReadonlyMap<number, string>;
  /** Transcripts by the agents' own session ids. */
  transcripts: ReadonlyMap<string, string>;
}

/**
 * Reads the state of the Python ccbot in `dir`. Counts records that are no sessions and ignores unknown fields. Throws a
 * {@link FaultError} if there is no state, or a file is not readable JSON.
 */
export function readOldState(dir: string): OldState {
  const state = fields(readJson(join(dir, OLD_FILES.state), true));
  const map = fields(readJson(join(dir, OLD_FILES.map), false));
  const monitor = fields(readJson(join(dir, OLD_FILES.monitor), false));
  const records = Object.values(fields(state['sessions']));
  const sessions = records.flatMap(readSession);
  return {
    sessions,
    unreadable: records.length - sessions.length,
    settings: byUser(state['user_settings'], fields),
    active: byUser(state['active_sessions'], (value) => (typeof value === 'string' ? value : undefined)),
    transcripts: transcriptsIn([
      ...Object.values(fields(state['window_states'])),
      ...Object.values(map),
      ...Object.values(fields(monitor['tracked_sessions'])),
    ]),
  };
}

function readSession(record: unknown): OldSession[] {
  const parsed = session.safeParse(record);
  if (!parsed.success) return [];
  const { claude_session_id: agentSession, ...rest } = parsed.data;
  return [{ ...rest, agentSession }];
}

/** Transcripts by session id; of several for one session, the last. */
function transcriptsIn(entries: readonly unknown[]): ReadonlyMap<string, string> {
  const transcripts = new Map<string, string>();
  for (const entry of entries.map(fields)) {
    const path = entry['transcript_path'] ?? entry['file_path'];
    const id = entry['session_id'];
    if (typeof id === 'string' && id !== '' && typeof path === 'string' && path !== '')
      transcripts.set(id, path);
  }
  return transcripts;
}

/** Values by Telegram user id; without keys that are no ids, and values that `read` cannot read. */
function byUser<T>(value: unknown, read: (value: unknown) => T | undefined): ReadonlyMap<number, T> {
  return new Map(
    Object.entries(fields(value)).flatMap(([user, entry]) => {
      const found = read(entry);
      return /^\d{1,15}$/.test(user) && found !== undefined ? [[Number(user), found] as const] : [];
    }),
  );
}

/** The fields of an object; none of anything else. */
function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function readJson(path: string, needed: boolean): unknown {
  let content: string;
  try {
    content = readForeignSync(path, 'oldState');
  } catch (error) {
    if (error instanceof ForeignFileError) throw unreadable(path, error.why);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(path, reasonOf(error));
    if (needed) throw new FaultError(fault('IMPORT_NOTHING', { path }));
    return {};
  }
  try {
    return JSON.parse(content);
  } catch (error) {
    throw unreadable(path, reasonOf(error));
  }
}

const unreadable = (path: string, reason: string): FaultError =>
  new FaultError(fault('IMPORT_UNREADABLE', { path, reason }));
