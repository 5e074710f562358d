import { fault, FaultError } from '@ccbot/shared/faults/fault';
import type { Agent } from './agent';
import { claude } from './claude/kind';
import { codex } from './codex/kind';
import type { AgentKind } from './kind';
import { shell } from './shell/kind';

/** Every kind of agent that ccbot knows, one line each; the first one is the rule. */
export const KINDS: readonly AgentKind[] = [claude, codex, shell];

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
