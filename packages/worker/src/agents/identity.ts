import { claudeIdentity } from './claude/identity';
import { codexIdentity } from './codex/identity';
import { shellIdentity } from './shell/identity';

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

/** Of every kind of agent, in the order of the registry. */
export const IDENTITIES: readonly AgentIdentity[] = [claudeIdentity, codexIdentity, shellIdentity];
