/** One process of the chain from the hook up to the pane. */
export interface ChainLink {
  pid: number;
  /** The program's file, or its name where that cannot be read. */
  program: string;
}

/**
 * Whether the agent that runs this hook runs inside another agent of the same kind, as a tool of it: then the window
 * is not its own. `chain` leads from the hook's parent upwards, to the pane's own process where it is known. The
 * agent is the nearest process that is no shell; in doubt it is not nested.
 */
export function isNested(chain: readonly ChainLink[]): boolean {
  const programs = chain.filter((link) => !isShell(link.program));
  const [agent, ...above] = programs;
  return agent !== undefined && above.some((link) => link.program === agent.program);
}

/** Agents run their hooks through a shell. */
function isShell(program: string): boolean {
  return /(?:^|\/)(?:ba|da|z|k|a|fi)?sh(?:\s|$|-\d)/.test(program);
}
