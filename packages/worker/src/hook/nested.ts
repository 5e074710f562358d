/** A process in the chain from the hook up to the pane. */
export interface ChainLink {
  pid: number;
  /** The program's file. Its name when the file cannot be read. */
  program: string;
  /** The process's name, which stays the same when an update changes the file. */
  name: string;
}

/** What ccbot knows about the agent besides its chain. */
export interface NestingHints {
  /** The agent's own pid, as it says itself. */
  agentPid?: number;
  /** The pid of the agent that started a process, from the environment of that process. */
  startedIn(pid: number): number | null;
  /** The process names of all kinds of agents. */
  programs: ReadonlySet<string>;
  /** Whether a process was started in the same window. Null when unknown. */
  sameWindow(pid: number): boolean | null;
}

/**
 * Whether the agent that runs this hook is itself a tool of another agent, so that the window belongs to the other one.
 * `chain` leads from the hook's parent upwards. The agent is the process with its own pid, or else the nearest one that
 * is no shell. An outer agent in another window, such as the one that started this terminal, does not count. When in
 * doubt, nothing is nested.
 */
export function isNested(chain: readonly ChainLink[], hints: NestingHints): boolean {
  const byPid = chain.findIndex((link) => link.pid === hints.agentPid);
  const index = byPid >= 0 ? byPid : chain.findIndex((link) => !isShell(link.program));
  const agent = chain[index];
  if (agent === undefined) return false;
  const outer = hints.startedIn(agent.pid);
  // Another kind counts only when `agent` is certainly an agent, not a program that runs the hook for one.
  const otherKinds = isAgent(agent, hints.programs) ? hints.programs : new Set<string>();
  const above = chain
    .slice(index + 1)
    .find((link) => link.pid === outer || sameAgent(link, agent) || isAgent(link, otherKinds));
  return above !== undefined && hints.sameWindow(above.pid) !== false;
}

function sameAgent(a: ChainLink, b: ChainLink): boolean {
  // A shell script with the agent's name is no agent.
  return a.program === b.program || (a.name === b.name && !isInterpreter(a.name) && !isShell(a.program));
}

function isAgent(link: ChainLink, programs: ReadonlySet<string>): boolean {
  return programs.has(link.name) && !isShell(link.program);
}

const SHELLS = ['sh', 'bash', 'dash', 'zsh', 'ksh', 'ash', 'fish'];

/** Agents run their hooks in a shell. Without an expression: V8 takes longer to compile one than to read a chain. */
function isShell(program: string): boolean {
  return program
    .split('/')
    .some((part) => SHELLS.some((shell) => part.startsWith(shell) && isNameEnd(part.slice(shell.length))));
}

/** Whether the name of a program is complete before `rest`: its arguments, or a version such as `-5.2`. */
function isNameEnd(rest: string): boolean {
  const [first, second = ''] = rest;
  return first === undefined || first.trim() === '' || (first === '-' && second >= '0' && second <= '9');
}

/** Programs in the same language share the interpreter's name. Node.js may use the name of its main thread. */
function isInterpreter(name: string): boolean {
  return isShell(name) || /^(?:node|MainThread|bun|deno|python[\d.]*)$/.test(name);
}
