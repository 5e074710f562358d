import { fault, FaultError } from '@ccbot/shared/faults/fault';
import type { Agent } from './agent';
import type { AgentKind } from './kind';
import * as list from './list';

/** The annotation makes a line of the list that is no kind of agent a compile error. */
const registered: Readonly<Record<string, AgentKind>> = list;

/** All kinds of agents: the default first, then by id. */
export const KINDS: readonly AgentKind[] = Object.values(registered).toSorted(
  (a, b) => Number(b.usual ?? false) - Number(a.usual ?? false) || (a.id < b.id ? -1 : 1),
);

/** The variables that agents set for the programs they run, besides those in the shared table. */
export function ownVariables(): RegExp[] {
  return KINDS.flatMap(({ ownVariables: pattern }) => (pattern === null ? [] : [pattern]));
}

/** An agent with its kind. */
export interface RegisteredAgent {
  agent: Agent;
  kind: AgentKind;
}

/** One agent of each kind by id, in the order of {@link KINDS}. */
export function createAgents(
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, RegisteredAgent> {
  return new Map(KINDS.map((kind) => [kind.id, { agent: kind.create(env), kind }]));
}

/** The agent for new sessions. Throws a {@link FaultError} `SETTING_INVALID` for an unknown name. */
export function chooseAgent(agents: ReadonlyMap<string, RegisteredAgent>, name: string): RegisteredAgent {
  const found = agents.get(name);
  if (found !== undefined) return found;
  const why = `“${name}” is no agent; there are ${[...agents.keys()].join(', ')}`;
  throw new FaultError(fault('SETTING_INVALID', { key: 'CCBOT_AGENT_BACKEND', why, source: 'the settings' }));
}
