import type { Config } from '@ccbot/shared/config/schema';
import type { EarlierSession } from '../../agents/agent';
import type { Session } from '../model';

/** Where sessions are started. */
export interface Host {
  config: Config;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  /** Where a session starts when no path is given and no session was opened before. */
  cwd: string;
  botUsername: string;
  /** `CCBOT_DIR`. */
  dir: string;
}

/** A session to open. */
export interface NewSession {
  /** The session's id, derived from the update: the same message never opens two. */
  id: string;
  chatId: number;
  /** The agent's id; absent: the agent of the settings. */
  agent?: string;
  name?: string;
  path?: string;
  /** The command line, for an agent that runs one; a directory before it is where it runs. */
  line?: string;
  /** A stored session of the agent to resume. */
  resume?: EarlierSession;
}

/** Why a session cannot start in a directory. */
export interface DirectoryRefusal {
  code: 'no-directory' | 'not-a-directory' | 'unreadable-directory';
  path: string;
}

/** Why a session was not opened. */
export type OpenRefusal =
  | DirectoryRefusal
  /** `setting` names the command; empty: there is no setting for it. */
  | { code: 'no-program'; program: string; setting: string }
  | { code: 'window-failed'; reason: string }
  | { code: 'unknown-session' }
  /** Its agent ended before it had a session to resume. */
  | { code: 'nothing-to-resume'; name: string }
  /** Its command stores no sessions. */
  | { code: 'not-resumable'; name: string }
  /** Processes of its earlier agent still use its transcript. */
  | { code: 'still-running'; name: string; pids: readonly number[] };

export type Opened = { ok: true; session: Session } | { ok: false; why: OpenRefusal };
