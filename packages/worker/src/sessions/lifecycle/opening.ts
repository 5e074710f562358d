import { hostname } from 'node:os';
import type { EarlierSession } from '../../agents/agent';
import { commandOf, settingOf } from '../../agents/command-of';
import type { AgentKind } from '../../agents/kind';
import type { RegisteredAgent } from '../../agents/registry';
import {
  findProgram,
  openSession,
  restoreSession,
  type NewSession,
  type Opened,
  type OpenerDeps,
  type Startable,
} from './opener';
import type { Registry } from '../registry';
import type { Wiring } from '../../app/kernel';
import type { Archiving } from '../../features/archive/archiving';

/** How many earlier sessions of a directory are looked for: some of them may be open already. */
const EARLIER_MAX = 8;

/** What sessions are opened from. */
export interface OpeningStations {
  registry: Registry;
  agents: ReadonlyMap<string, RegisteredAgent>;
  /** The agent of the settings. */
  chosen: RegisteredAgent;
  archiving: Pick<Archiving, 'endOrphans'>;
}

/** Opens sessions of every agent that there is. */
export interface Opening {
  open(request: NewSession): Promise<Opened>;
  /** Has a session of the archive go on. */
  restore(id: string): Promise<Opened>;
  /** The agents that can be started here without a command line, the one of the settings first. */
  installed(): Promise<{ id: string; title: string }[]>;
  /** The earlier sessions that an agent keeps of a directory, the last one first. */
  earlier(agent: string, cwd: string): Promise<readonly EarlierSession[]>;
  /** The processes that run a session of an agent now. */
  runningIn(agent: string, session: EarlierSession): Promise<readonly number[]>;
  titleOf(agent: string): string;
  /** Every kind of agent, for those who name them. */
  kinds: readonly AgentKind[];
}

/** Wires the opener with the settings of the agents. */
export function createOpening(
  deps: Wiring,
  { registry, agents, chosen, archiving }: OpeningStations,
): Opening {
  const { config, env } = deps;
  const path = env['PATH'] ?? '/usr/bin:/bin';

  function startable(id?: string): Startable {
    const { agent, kind } = (id === undefined ? undefined : agents.get(id)) ?? chosen;
    const { settings } = kind;
    if (settings === null) return { agent, command: kind.runner?.(env) ?? [], commandSetting: '', flags: [] };
    return {
      agent,
      command: commandOf(settings.command, config),
      commandSetting: settingOf(settings.command),
      flags: commandOf(settings.flags, config),
    };
  }

  const opener: OpenerDeps = {
    wordsOf: deps.wordsOf,
    registry,
    panes: deps.panes,
    startable,
    env: {
      CCBOT_INTERFACE: 'telegram',
      CCBOT_HOST: config.CCBOT_HOST === '' ? hostname() : config.CCBOT_HOST,
      CCBOT_BOT_USERNAME: deps.botUsername,
      CCBOT_DIR: deps.paths.dir,
    },
    home: deps.home,
    path,
    defaultDirectory: deps.cwd,
    now: deps.now,
  };

  return {
    open: (request) => openSession(opener, request),
    restore: (id) =>
      restoreSession({ ...opener, endOrphans: (session) => archiving.endOrphans(session) }, id),
    async installed() {
      const kinds = [chosen, ...[...agents.values()].filter((one) => one !== chosen)].map(({ kind }) => kind);
      const there = await Promise.all(
        kinds.map(async ({ settings }) => {
          const [program = ''] = settings === null ? [] : commandOf(settings.command, config);
          return (await findProgram(program, path)) !== null;
        }),
      );
      return kinds.filter((_, i) => there[i]).map(({ id, title }) => ({ id, title }));
    },
    earlier: async (id, cwd) => (await agents.get(id)?.agent.earlier?.(deps.home, cwd, EARLIER_MAX)) ?? [],
    runningIn: async (id, { sessionId, transcriptPath }) =>
      (await agents.get(id)?.agent.processesOf?.(deps.home, sessionId, transcriptPath)) ?? [],
    kinds: [...agents.values()].map(({ kind }) => kind),
    titleOf: (agent) => agents.get(agent)?.kind.title ?? agent,
  };
}
