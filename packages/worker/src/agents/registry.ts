import { fault, FaultError } from '@ccbot/shared/faults/fault';
import type { Agent } from './agent';
import { createClaude } from './claude/claude';

/** An agent with the settings that tell how it is started. */
export interface RegisteredAgent {
  agent: Agent;
  commandSetting: 'CLAUDE_COMMAND' | 'CODEX_COMMAND';
  flagsSetting: 'CLAUDE_FLAGS' | 'CODEX_FLAGS';
}

/** Every agent that ccbot knows: one line each. */
export function createAgents(
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, RegisteredAgent> {
  const all: RegisteredAgent[] = [
    { agent: createClaude(env), commandSetting: 'CLAUDE_COMMAND', flagsSetting: 'CLAUDE_FLAGS' },
  ];
  return new Map(all.map((entry) => [entry.agent.id, entry]));
}

/** The agent that new sessions get. Throws a {@link FaultError} `SETTING_INVALID` for a name that nobody has. */
export function chooseAgent(agents: ReadonlyMap<string, RegisteredAgent>, name: string): RegisteredAgent {
  const found = agents.get(name);
  if (found !== undefined) return found;
  const why = `“${name}” is no agent; there are ${[...agents.keys()].join(', ')}`;
  throw new FaultError(fault('SETTING_INVALID', { key: 'CCBOT_AGENT_BACKEND', why, source: 'the settings' }));
}
