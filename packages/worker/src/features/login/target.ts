import type { World } from '../../app/model';
import type { AgentCatalog } from '../../agents/catalog';
import { commandOf } from '../../agents/command-of';
import type { AgentLogin } from '../../agents/login';
import { findProgram } from '../../sessions/lifecycle/find-program';
import type { Registry } from '../../sessions/registry';

/** The agent to log in. */
export interface LoginTarget {
  /** Its id, and its name for users. */
  agent: string;
  title: string;
  login: AgentLogin;
  /** Its command, the program as a path. */
  command: readonly string[];
  /** The session that the user returns to. */
  session?: string;
}

/** Why an agent cannot be logged in from the chat. */
export type NoTarget = { reason: 'no-login'; title: string } | { reason: 'no-program'; program: string };

export interface TargetDeps {
  world: Pick<World, 'config' | 'env'>;
  agents: AgentCatalog;
  sessions: Pick<Registry, 'get'>;
}

/** Finds the agent of a session; without a session, the one that new sessions get. */
export async function findLoginTarget(
  { world, agents, sessions }: TargetDeps,
  id: string | undefined,
): Promise<LoginTarget | NoTarget> {
  const session = id === undefined ? undefined : sessions.get(id);
  const { agent, kind } = (session === undefined ? undefined : agents.get(session.agent)) ?? agents.chosen;
  if (agent.login === undefined || kind.settings === null) return { reason: 'no-login', title: agent.title };
  const [program = '', ...rest] = commandOf(kind.settings.command, world.config);
  const path = await findProgram(program, world.env['PATH'] ?? '/usr/bin:/bin');
  if (path === null) return { reason: 'no-program', program };
  return {
    agent: agent.id,
    title: agent.title,
    login: agent.login,
    command: [path, ...rest],
    ...(session === undefined ? {} : { session: session.id }),
  };
}
