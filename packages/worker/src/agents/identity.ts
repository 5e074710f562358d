import type { AgentIdentity } from './model';
import { KINDS } from './registry';

/**
 * The identities of all kinds, in the order of the registry. In a bundle this is a literal table, which
 * `scripts/identities.mjs` generates, so that the hook and the status line do not load the agents.
 */
export const IDENTITIES: readonly AgentIdentity[] = KINDS.map(
  ({ id, programs, pidVariable, statusLine }) => ({ id, programs, pidVariable, statusLine }),
);
