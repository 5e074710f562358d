import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { EarlierSession } from '../../agents/agent';
import type { AgentCatalog } from '../../agents/catalog';
import { afterCommit, type EffectTable } from '../handlers/model';
import type { Session } from '../model';
import type { Registry } from '../registry';
import type { Host, NewSession, Opened } from './model';
import { openSession } from './opener';
import { endOrphans } from './orphans';
import { installedAgents } from './programs';
import { restoreSession } from './restore';
import type { Windows } from './windows';

/** The most earlier sessions of a directory that are looked up: some of them may be open already. */
const EARLIER_MAX = 8;

/** Opens, restores and clears up sessions of every agent. */
export interface Lifecycle {
  open(request: NewSession): Promise<Opened>;
  /** Opens an archived session again; its agent resumes its own session. */
  restore(id: string): Promise<Opened>;
  /** Ends what is left of a session's agent; resolves with the processes that did not end. */
  endOrphans(session: Session): Promise<readonly number[]>;
  /** False while the agent of a session reports that it is busy. */
  isAtRest(session: Session): Promise<boolean>;
  /** The agents whose program is installed, the chosen one first. */
  installed(): Promise<{ id: string; title: string }[]>;
  /** The agent's stored sessions of a directory, newest first. Never rejects. */
  earlier(agent: string, cwd: string): Promise<readonly EarlierSession[]>;
  /** The processes that run a stored session of the agent now. */
  runningIn(agent: string, session: EarlierSession): Promise<readonly number[]>;
  readonly effects: EffectTable;
}

export interface LifecycleDeps {
  host: Host;
  agents: AgentCatalog;
  registry: Registry;
  windows: Windows;
  now(): number;
  log: LogFn;
}

export function createLifecycle(deps: LifecycleDeps): Lifecycle {
  const { agents, host, windows, log } = deps;
  return {
    open: (request) => openSession(deps, request),
    restore: (id) => restoreSession({ ...deps, endOrphans: (session) => clearUp(deps, session) }, id),
    endOrphans: (session) => clearUp(deps, session),
    async isAtRest(session) {
      return (await windows.discover(session))?.status !== 'busy';
    },
    installed: () => installedAgents(agents, host),
    earlier: async (id, cwd) => (await agents.get(id)?.agent.earlier?.(host.home, cwd, EARLIER_MAX)) ?? [],
    runningIn: async (id, { sessionId, transcriptPath }) =>
      (await agents.get(id)?.agent.processesOf?.(host.home, sessionId, transcriptPath)) ?? [],
    effects: {
      // However the session ended: two agents must never write one transcript.
      release: afterCommit((session) => {
        clearUp(deps, session).catch((error: unknown) =>
          log('warn', 'orphaned agent not ended', { session: session.id, reason: reasonOf(error) }),
        );
      }),
    },
  };
}

async function clearUp(deps: LifecycleDeps, session: Session): Promise<readonly number[]> {
  const { agents, host, registry, log, now } = deps;
  const { binding } = session;
  if (binding === undefined) return [];
  const agent = agents.of(session);
  const { sessionId, transcriptPath } = binding;
  const left = await endOrphans({
    processes: async () => (await agent.processesOf?.(host.home, sessionId, transcriptPath)) ?? [],
    isShared: async (pid) => (await agent.isShared?.(pid)) ?? false,
    monotonicMs: () => performance.now(),
    log: (level, text, meta) => log(level, text, { session: session.id, ...meta }),
  });
  // Also when some are left: others need them, or nothing ends them, and a restore looks again.
  registry.dispatch(session.id, [{ type: 'cleared', at: now() }]);
  return left;
}
