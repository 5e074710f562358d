import type { AgentIdentity } from '../identity';

/** Codex, for the programs that it runs at its events. */
export const codexIdentity: AgentIdentity = {
  id: 'codex',
  programs: ['codex'],
  pidVariable: null,
  statusLine: false,
};
