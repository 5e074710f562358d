import type { Agent } from './agent';
import { chooseAgent, createAgents, type RegisteredAgent } from './registry';

/** The agents of this installation. */
export interface AgentCatalog {
  readonly all: readonly RegisteredAgent[];
  /** The agent that new sessions get. */
  readonly chosen: RegisteredAgent;
  get(id: string): RegisteredAgent | undefined;
  /** The agent of a session; of one whose agent is no longer there, the chosen one. */
  of(session: { agent: string }): Agent;
  /** Its name for people; the id of one that is no longer there. */
  titleOf(id: string): string;
}

/** Throws a `FaultError` when the chosen agent does not exist. */
export function createAgentCatalog(
  env: Readonly<Record<string, string | undefined>>,
  backend: string,
): AgentCatalog {
  const agents = createAgents(env);
  const chosen = chooseAgent(agents, backend);
  return {
    all: [...agents.values()],
    chosen,
    get: (id) => agents.get(id),
    of: ({ agent }) => (agents.get(agent) ?? chosen).agent,
    titleOf: (id) => agents.get(id)?.agent.title ?? id,
  };
}
