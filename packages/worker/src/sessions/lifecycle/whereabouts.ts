import { readlinkSync, statSync } from 'node:fs';
import type { LogFn } from '@ccbot/shared/log/logger';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { AgentCatalog } from '../../agents/catalog';
import { isLive, type Binding, type Session } from '../model';
import { isDirectory } from './directory';
import type { Windows } from './windows';

/** A transcript on disk, with the agent's session that is in it. */
export type FoundTranscript = Pick<Binding, 'sessionId' | 'transcriptPath'>;

/** Where the files of sessions are. Agents move them at any time, so this is looked up each time it is used. */
export interface Whereabouts {
  /** The session's transcript; null: there is none. A compressed one is found too: see `openTranscript`. */
  transcript(session: Session): Promise<FoundTranscript | null>;
  /** The directory that the session's agent works in, or worked in last. */
  directory(session: Session): Promise<string>;
}

export interface WhereaboutsDeps {
  agents: Pick<AgentCatalog, 'of'>;
  windows: Pick<Windows, 'discover'>;
  /** The user's home directory, where agents keep their state. */
  home: string;
  log: LogFn;
}

export function createWhereabouts(deps: WhereaboutsDeps): Whereabouts {
  return {
    transcript: (session) => transcript(deps, session),
    directory: (session) => directory(deps, session),
  };
}

async function transcript(
  { agents, home }: WhereaboutsDeps,
  session: Session,
): Promise<FoundTranscript | null> {
  const { binding } = session;
  if (binding === undefined) return null;
  const agent = agents.of(session);
  for (const { sessionId, transcriptPath } of [binding, ...(binding.previous ? [binding.previous] : [])]) {
    if (isFile(transcriptPath)) return { sessionId, transcriptPath };
    const found = (await agent.findTranscript?.(home, sessionId)) ?? null;
    if (found !== null) return { sessionId, transcriptPath: found };
  }
  return null;
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return true; // it cannot be looked at, so whoever opens it says why
  }
}

async function directory(deps: WhereaboutsDeps, session: Session): Promise<string> {
  const live = await liveSession(deps, session);
  // Unlike a path that was noted, the process stays in its directory when that is renamed.
  const candidates = [...(live === null ? [] : [live.cwd, directoryOf(live.pid)]), session.cwd];
  for (const path of candidates) if (path !== null && (await isDirectory(path))) return path;
  return session.cwd;
}

async function liveSession({ windows, log }: WhereaboutsDeps, session: Session) {
  if (!isLive(session)) return null;
  try {
    return await windows.discover(session);
  } catch (error) {
    log('info', 'agent not asked for its directory', { session: session.id, reason: reasonOf(error) });
    return null;
  }
}

/** The working directory of a process. Null where the system does not say. */
function directoryOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null; // it has ended, or this system has no /proc
  }
}
