import { hostname } from 'node:os';
import type { Agent } from '../../agents/agent';
import type { AgentCatalog } from '../../agents/catalog';
import { commandOf, settingOf } from '../../agents/command-of';
import { findProgram } from './find-program';
import type { Host, OpenRefusal } from './model';

/** An agent with what starts it. */
export interface AgentProgram {
  agent: Agent;
  command: readonly string[];
  /** The setting that names the command; empty: there is no setting for it. */
  setting: string;
  flags: readonly string[];
}

/** How an agent is started. Without an id, or with the id of an agent that no longer exists, the agent of the settings. */
export function programOf(agents: AgentCatalog, host: Host, id: string | undefined): AgentProgram {
  const { agent, kind } = (id === undefined ? undefined : agents.get(id)) ?? agents.chosen;
  const { settings } = kind;
  if (settings === null) return { agent, command: kind.runner?.(host.env) ?? [], setting: '', flags: [] };
  return {
    agent,
    command: commandOf(settings.command, host.config),
    setting: settingOf(settings.command),
    flags: commandOf(settings.flags, host.config),
  };
}

/** Why an agent cannot be started; null: its program is installed. */
export async function checkProgram(
  { command, setting }: AgentProgram,
  host: Host,
): Promise<OpenRefusal | null> {
  const [program = ''] = command;
  const path = await findProgram(program, searchPath(host));
  return path === null ? { code: 'no-program', program, setting } : null;
}

/** The agents whose program is installed, the chosen one first; without those that need a command line. */
export async function installedAgents(
  agents: AgentCatalog,
  host: Host,
): Promise<{ id: string; title: string }[]> {
  const { chosen } = agents;
  const kinds = [chosen, ...agents.all.filter((agent) => agent !== chosen)].map(({ kind }) => kind);
  const paths = await Promise.all(
    kinds.map(async ({ settings }) => {
      const [program = ''] = settings === null ? [] : commandOf(settings.command, host.config);
      return findProgram(program, searchPath(host));
    }),
  );
  return kinds.filter((_, i) => paths[i] !== null).map(({ id, title }) => ({ id, title }));
}

export function searchPath({ env }: Host): string {
  return env['PATH'] ?? '/usr/bin:/bin';
}

/** Added to the environment of every session's window, beside `CCBOT_SESSION`. */
export function sessionEnvironment({ config, botUsername, dir }: Host): Readonly<Record<string, string>> {
  return {
    CCBOT_INTERFACE: 'telegram',
    CCBOT_HOST: config.CCBOT_HOST === '' ? hostname() : config.CCBOT_HOST,
    CCBOT_BOT_USERNAME: botUsername,
    CCBOT_DIR: dir,
    // Hooks in the window ask tmux where they are.
    CCBOT_TMUX: config.CCBOT_TMUX,
  };
}
