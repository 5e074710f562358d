import { statSync } from 'node:fs';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { LiveSession } from '../agents/agent';
import type { AgentCatalog } from '../agents/catalog';
import { isCompressed } from '../agents/transcript-file';
import type { Windows } from '../sessions/lifecycle/windows';
import { isLive, type Binding } from '../sessions/model';
import type { Registry } from '../sessions/registry';
import { rebind, type FileFacts } from './rebind';

export interface BindingsDeps {
  registry: Pick<Registry, 'get' | 'live' | 'dispatch'>;
  windows: Pick<Windows, 'discover'>;
  agents: Pick<AgentCatalog, 'of'>;
  /** The user's home directory, where agents keep their state. */
  home: string;
  log: LogFn;
}

/** Which session each agent runs, and where its transcript and its directory are, from whoever reports it. */
export interface Bindings {
  /** A hook, or the agent's own files, name the session and its transcript. */
  report(id: string, report: Report): void;
  /** The agent notes its live session by itself. */
  noted(id: string, live: LiveSession, at: number): void;
  /**
   * Asks the agent's own files. `at`: records of another session count from then on, ms since the epoch. `mayChange`:
   * a session other than the bound one is believed; otherwise only if the bound one has no transcript.
   */
  locate(id: string, at: number, mayChange: boolean): Promise<void>;
  /** Whether another window runs a session of an agent: a report that it is this one's is a mix-up, not a change. */
  runsElsewhere(id: string, sessionId: string): boolean;
  /** Whether the transcript of the session exists where it is bound. */
  isThere(id: string): boolean;
}

/** A session of an agent as it is reported. */
export type Report = Omit<Binding, 'previous'>;

export function createBindings(deps: BindingsDeps): Bindings {
  return {
    report: (id, bound) => report(deps, id, bound),
    noted: (id, live, at) => noted(deps, id, live, at),
    locate: (id, at, mayChange) => locate(deps, id, at, mayChange),
    runsElsewhere: (id, sessionId) => runsElsewhere(deps.registry, id, sessionId),
    isThere(id) {
      const path = deps.registry.get(id)?.binding?.transcriptPath;
      return path !== undefined && factsOf(path) !== null;
    },
  };
}

function report({ registry, log }: BindingsDeps, id: string, reported: Report): void {
  const session = registry.get(id);
  if (session === undefined || !isLive(session) || runsElsewhere(registry, id, reported.sessionId)) return;
  const { binding } = session;
  const facts = {
    bound: binding === undefined ? null : factsOf(binding.transcriptPath),
    reported: factsOf(reported.transcriptPath),
  };
  const next = rebind(binding, reported, facts);
  if (next !== null) return registry.dispatch(id, [{ type: 'bound', ...next }]);
  if (facts.reported === null && binding?.transcriptPath !== reported.transcriptPath)
    log('info', 'reported transcript missing', { session: id, path: reported.transcriptPath });
}

function runsElsewhere(registry: BindingsDeps['registry'], id: string, sessionId: string): boolean {
  return registry.live().some((other) => other.id !== id && other.binding?.sessionId === sessionId);
}

function noted(deps: BindingsDeps, id: string, live: LiveSession, at: number): void {
  const { registry } = deps;
  const { sessionId, transcriptPath, cwd } = live;
  report(deps, id, { sessionId, transcriptPath, at });
  const session = registry.get(id);
  if (session !== undefined && session.binding?.sessionId === sessionId && session.cwd !== cwd)
    registry.dispatch(id, [{ type: 'moved', at, cwd }]);
}

async function locate(deps: BindingsDeps, id: string, at: number, mayChange: boolean): Promise<void> {
  const { registry, windows } = deps;
  const session = registry.get(id);
  if (session === undefined || !isLive(session)) return;
  const live = await windows.discover(session);
  if (live !== null && isBelieved(session.binding, live, mayChange)) noted(deps, id, live, at);
  await search(deps, id, at);
}

function isBelieved(
  binding: Binding | undefined,
  { sessionId, transcriptPath }: LiveSession,
  mayChange: boolean,
): boolean {
  if (binding === undefined || binding.sessionId === sessionId || mayChange) return true;
  return factsOf(binding.transcriptPath) === null && factsOf(transcriptPath) !== null;
}

/** Looks for a transcript that is not where it is bound, by the id of its session. */
async function search(deps: BindingsDeps, id: string, at: number): Promise<void> {
  const { registry, agents, home } = deps;
  const session = registry.get(id);
  if (session?.binding === undefined || factsOf(session.binding.transcriptPath) !== null) return;
  const { sessionId } = session.binding;
  const path = (await agents.of(session).findTranscript?.(home, sessionId)) ?? null;
  // A compressed one is no live one.
  if (path !== null && !isCompressed(path)) report(deps, id, { sessionId, transcriptPath: path, at });
}

function factsOf(path: string): FileFacts | null {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true ? { id: `${found.dev}:${found.ino}`, writtenAt: found.mtimeMs } : null;
}
