import type { AgentIdentity } from '../identity';

/** Claude Code, for the programs that it runs at its events. */
export const claudeIdentity: AgentIdentity = {
  id: 'claude',
  programs: ['claude'],
  pidVariable: 'CLAUDE_PID',
  statusLine: true,
};
