/** One process of the chain from the hook up to the pane. */
export interface ChainLink {
  pid: number;
  /** The program's file, or its name where that cannot be read. */
  program: string;
  /** The process's own name, such as the agent's: it stays the same when an update brings another file. */
  name: string;
}

/** What is known of the agent beside its chain. */
export interface NestingHints {
  /** The process that the agent itself says it is. */
  agentPid?: number;
  /** The agent that the environment of a process names as the one it was started in. */
  startedIn(pid: number): number | null;
  /** The names under which agents run, of whatever kind. */
  programs: ReadonlySet<string>;
  /** Whether a process was started in the same window; null where that cannot be told. */
  sameWindow(pid: number): boolean | null;
}

/**
 * Whether the agent that runs this hook runs inside another agent, as a tool of it: then the window is not its own. `chain` leads from the hook's parent upwards. The agent is the process it says it is, or else the
 * nearest one that is no shell. An agent above that belongs to another window (one from which this terminal was
 * started) does not count; in doubt nothing is nested.
 */
export function isNested(chain: readonly ChainLink[], hints: NestingHints): boolean {
  const said = chain.findIndex((link) => link.pid === hints.agentPid);
  const own = said >= 0 ? said : chain.findIndex((link) => !isShell(link.program));
  const agent = chain[own];
  if (agent === undefined) return false;
  const outer = hints.startedIn(agent.pid);
  // Of another kind only where it is certain that `agent` is one itself, and not what runs the hook for it.
  const others = isAgent(agent, hints.programs) ? hints.programs : new Set<string>();
  const above = chain
    .slice(own + 1)
    .find((link) => link.pid === outer || sameAgent(link, agent) || isAgent(link, others));
  return above !== undefined && hints.sameWindow(above.pid) !== false;
}

function sameAgent(a: ChainLink, b: ChainLink): boolean {
  // A shell script that starts the agent under its own name is no agent.
  return a.program === b.program || (a.name === b.name && !isInterpreter(a.name) && !isShell(a.program));
}

function isAgent(link: ChainLink, programs: ReadonlySet<string>): boolean {
  return programs.has(link.name) && !isShell(link.program);
}

/** Agents run their hooks through a shell. */
function isShell(program: string): boolean {
  return /(?:^|\/)(?:ba|da|z|k|a|fi)?sh(?:\s|$|-\d)/.test(program);
}

/** Two programs in one language share its interpreter's name; Node.js calls its main thread by another one. */
function isInterpreter(name: string): boolean {
  return isShell(name) || /^(?:node|MainThread|bun|deno|python[\d.]*)$/.test(name);
}
