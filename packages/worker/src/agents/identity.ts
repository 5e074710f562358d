import { KINDS } from './registry';

/** What the programs that an agent runs at its events need of it: little, since the agent waits while they are loaded. */
export interface AgentIdentity {
  /** Stable name, such as the `backend` of session_map.json; letters, digits and `-`. */
  readonly id: string;
  /** The names under which its program runs. */
  readonly programs: readonly string[];
  /** The variable by which it tells programs that it starts its process id; null: it does not. */
  readonly pidVariable: string | null;
  /** Whether it gives its figures to a status line. */
  readonly statusLine: boolean;
}

/**
 * Of every kind of agent, in the order of the registry. In a bundle it stands as data: `scripts/identities.mjs` puts
 * it there, so that no program that an agent waits for loads the agents.
 */
export const IDENTITIES: readonly AgentIdentity[] = KINDS.map(
  ({ id, programs, pidVariable, statusLine }) => ({ id, programs, pidVariable, statusLine }),
);
