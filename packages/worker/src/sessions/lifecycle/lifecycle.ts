import { hostname } from 'node:os';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { Config } from '@ccbot/shared/config/schema';
import type { Log } from '@ccbot/shared/log/logger';
import type { EarlierSession } from '../../agents/agent';
import type { AgentCatalog } from '../../agents/catalog';
import { commandOf, settingOf } from '../../agents/command-of';
import type { WordsOf } from '../../words/words';
import { afterCommit, type EffectTable } from '../handlers/model';
import type { Session } from '../model';
import type { Registry } from '../registry';
import {
  findProgram,
  openSession,
  restoreSession,
  type NewSession,
  type Opened,
  type OpenerDeps,
  type Startable,
} from './opener';
import { endOrphans } from './orphans';
import type { Windows } from './windows';

/** The most earlier sessions of a directory that are looked up: some of them may be open already. */
const EARLIER_MAX = 8;

/** Opens, restores and clears up sessions of every agent. */
export interface Lifecycle {
  open(request: NewSession): Promise<Opened>;
  /** Opens an archived session again; its agent resumes its own session. */
  restore(id: string): Promise<Opened>;
  /** Ends what is left of a session's agent; resolves with the processes that did not go. */
  endOrphans(session: Session): Promise<readonly number[]>;
  /** Whether the agent of a session does not say that it is busy. */
  isAtRest(session: Session): Promise<boolean>;
  /** The agents whose program is installed, the chosen one first. */
  installed(): Promise<{ id: string; title: string }[]>;
  /** The agent's own earlier sessions of a directory, the last one first. Never rejects. */
  earlier(agent: string, cwd: string): Promise<readonly EarlierSession[]>;
  /** The processes that run an agent's session now. */
  runningIn(agent: string, session: EarlierSession): Promise<readonly number[]>;
  readonly effects: EffectTable;
}

/** Where sessions are started. */
export interface Host {
  config: Config;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  cwd: string;
  botUsername: string;
  /** `CCBOT_DIR`. */
  dir: string;
}

/** Dependencies of the lifecycle. */
export interface LifecycleDeps {
  host: Host;
  agents: AgentCatalog;
  registry: Registry;
  windows: Windows;
  wordsOf: WordsOf;
  log: Log;
  now(): number;
}

export function createLifecycle(deps: LifecycleDeps): Lifecycle {
  const { agents, host, windows } = deps;
  const opener = openerOf(deps);
  return {
    open: (request) => openSession(opener, request),
    restore: (id) => restoreSession({ ...opener, endOrphans: (session) => clearUp(deps, session) }, id),
    endOrphans: (session) => clearUp(deps, session),
    async isAtRest(session) {
      return (await windows.discover(session))?.status !== 'busy';
    },
    installed: () => installedAgents(deps),
    earlier: async (id, cwd) => (await agents.get(id)?.agent.earlier?.(host.home, cwd, EARLIER_MAX)) ?? [],
    runningIn: async (id, { sessionId, transcriptPath }) =>
      (await agents.get(id)?.agent.processesOf?.(host.home, sessionId, transcriptPath)) ?? [],
    effects: {
      // Whatever took the session out of use: two agents must never write one transcript.
      release: afterCommit((session) => {
        clearUp(deps, session).catch((error: unknown) =>
          deps.log('warn', 'orphaned agent not ended', { session: session.id, reason: reasonOf(error) }),
        );
      }),
    },
  };
}

const searchPath = ({ env }: Host): string => env['PATH'] ?? '/usr/bin:/bin';

function startable({ agents, host }: LifecycleDeps, id: string | undefined): Startable {
  const { agent, kind } = (id === undefined ? undefined : agents.get(id)) ?? agents.chosen;
  const { settings } = kind;
  if (settings === null)
    return { agent, command: kind.runner?.(host.env) ?? [], commandSetting: '', flags: [] };
  return {
    agent,
    command: commandOf(settings.command, host.config),
    commandSetting: settingOf(settings.command),
    flags: commandOf(settings.flags, host.config),
  };
}

function openerOf(deps: LifecycleDeps): OpenerDeps {
  const { host, registry, windows, wordsOf, now } = deps;
  return {
    wordsOf,
    registry,
    panes: windows,
    startable: (id) => startable(deps, id),
    env: {
      CCBOT_INTERFACE: 'telegram',
      CCBOT_HOST: host.config.CCBOT_HOST === '' ? hostname() : host.config.CCBOT_HOST,
      CCBOT_BOT_USERNAME: host.botUsername,
      CCBOT_DIR: host.dir,
    },
    home: host.home,
    path: searchPath(host),
    defaultDirectory: host.cwd,
    now,
  };
}

async function installedAgents({ agents, host }: LifecycleDeps): Promise<{ id: string; title: string }[]> {
  const { chosen } = agents;
  const kinds = [chosen, ...agents.all.filter((agent) => agent !== chosen)].map(({ kind }) => kind);
  const found = await Promise.all(
    kinds.map(async ({ settings }) => {
      const [program = ''] = settings === null ? [] : commandOf(settings.command, host.config);
      return (await findProgram(program, searchPath(host))) !== null;
    }),
  );
  return kinds.filter((_, i) => found[i]).map(({ id, title }) => ({ id, title }));
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
  // Also when some are left: others need them or nothing ends them, and a restore looks again.
  registry.dispatch(session.id, [{ type: 'cleared', at: now() }]);
  return left;
}
