import type { AgentIdentity } from '../identity';

/** Any command: it runs nothing of ccbot's. */
export const shellIdentity: AgentIdentity = {
  id: 'shell',
  programs: [],
  pidVariable: null,
  statusLine: false,
};
