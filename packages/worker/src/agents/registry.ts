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
