import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { KnownProcess } from '@ccbot/shared/processes/known-process';
import type { EarlierSession } from '../../agents/agent';
import type { AgentCatalog } from '../../agents/catalog';
import { afterCommit, type EffectTable } from '../handlers/model';
import { isUserEnded, type Session } from '../model';
import { agentProcesses, type AgentProcesses } from './agent-processes';
import type { Registry } from '../registry';
import type { Host, NewSession, Opened } from './model';
import { openSession } from './opener';
import { endOrphans } from './orphans';
import { installedAgents } from './programs';
import { restoreSession } from './restore';
import { createWhereabouts, type Whereabouts } from './whereabouts';
import type { Windows } from './windows';

/** The most earlier sessions of a directory that are looked up: some of them may be open already. */
const EARLIER_MAX = 8;

/** Opens, restores and clears up sessions of every agent. */
export interface Lifecycle {
  open(request: NewSession): Promise<Opened>;
  /** Opens an archived session again; its agent resumes its own session. */
  restore(id: string): Promise<Opened>;
  /** The processes of a session's agent that run now, without those that others need. */
  running(session: Session): Promise<readonly KnownProcess[]>;
  /** Ends what is left of the agent of a session that the user ended; resolves with the processes that did not end. */
  endOrphans(session: Session): Promise<readonly number[]>;
  /** False while the agent of a session reports that it is busy. */
  isAtRest(session: Session): Promise<boolean>;
  /** The agents whose program is installed, the chosen one first. */
  installed(): Promise<{ id: string; title: string }[]>;
  /** The agent's stored sessions of a directory, newest first. Never rejects. */
  earlier(agent: string, cwd: string): Promise<readonly EarlierSession[]>;
  /** The processes that run a stored session of the agent now. */
  runningIn(agent: string, session: EarlierSession): Promise<readonly number[]>;
  readonly whereabouts: Whereabouts;
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
  const whereabouts = createWhereabouts({ agents, windows, home: host.home, log });
  return {
    open: (request) => openSession(deps, request),
    whereabouts,
    restore: (id) => restoreSession({ ...deps, whereabouts, leftOf: (session) => leftOf(deps, session) }, id),
    running: async (session) => (await processesOf(deps, session)).own,
    endOrphans: (session) => clearUp(deps, session),
    async isAtRest(session) {
      return (await windows.discover(session))?.status !== 'busy';
    },
    installed: () => installedAgents(agents, host),
    earlier: async (id, cwd) => (await agents.get(id)?.agent.earlier?.(host.home, cwd, EARLIER_MAX)) ?? [],
    runningIn: async (id, { sessionId, transcriptPath }) =>
      (await agents.get(id)?.agent.processesOf?.(host.home, sessionId, transcriptPath)) ?? [],
    effects: {
      // Nobody else may end an agent, whatever became of its window.
      release: afterCommit((session) => {
        if (!isUserEnded(session)) return;
        clearUp(deps, session).catch((error: unknown) =>
          log('warn', 'orphaned agent not ended', { session: session.id, reason: reasonOf(error) }),
        );
      }),
    },
  };
}

function processesOf({ agents, host }: LifecycleDeps, session: Session): Promise<AgentProcesses> {
  return agentProcesses(session, agents.of(session), host.home);
}

/** The processes that still use the transcript of an archived session. Those of one that the user ended are ended. */
async function leftOf(deps: LifecycleDeps, session: Session): Promise<readonly number[]> {
  if (isUserEnded(session)) return clearUp(deps, session);
  const { own, shared } = await processesOf(deps, session);
  return [...own.map(({ pid }) => pid), ...shared];
}

async function clearUp(deps: LifecycleDeps, session: Session): Promise<readonly number[]> {
  const { registry, log, now } = deps;
  const left = await endOrphans({
    processes: () => processesOf(deps, session),
    monotonicMs: () => performance.now(),
    log: (level, text, meta) => log(level, text, { session: session.id, ...meta }),
  });
  // Also when some are left: others need them, or nothing ends them, and a restore looks again.
  registry.dispatch(session.id, [{ type: 'cleared', at: now() }]);
  return left;
}
