import { fault, FaultError } from '@ccbot/shared/faults/fault';
import type { Agent } from './agent';
import type { AgentKind } from './kind';
import * as list from './list';

/** Every line of the list is a kind of agent; one that is not does not compile. */
const registered: Readonly<Record<string, AgentKind>> = list;

/** Every kind of agent that ccbot knows: first the usual one, then by their ids. */
export const KINDS: readonly AgentKind[] = Object.values(registered).toSorted(
  (a, b) => Number(b.usual ?? false) - Number(a.usual ?? false) || (a.id < b.id ? -1 : 1),
);

/** The variables by which agents tell the programs they run of themselves. */
export function ownVariables(): RegExp[] {
  return KINDS.flatMap(({ ownVariables: own }) => (own === null ? [] : [own]));
}

/** An agent with its kind. */
export interface RegisteredAgent {
  agent: Agent;
  kind: AgentKind;
}

/** An agent of each kind, by its id, in the order of {@link KINDS}. */
export function createAgents(
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, RegisteredAgent> {
  return new Map(KINDS.map((kind) => [kind.id, { agent: kind.create(env), kind }]));
}

/** The agent that new sessions get. Throws a {@link FaultError} `SETTING_INVALID` for a name that nobody has. */
export function chooseAgent(agents: ReadonlyMap<string, RegisteredAgent>, name: string): RegisteredAgent {
  const found = agents.get(name);
  if (found !== undefined) return found;
  const why = `“${name}” is no agent; there are ${[...agents.keys()].join(', ')}`;
  throw new FaultError(fault('SETTING_INVALID', { key: 'CCBOT_AGENT_BACKEND', why, source: 'the settings' }));
}
