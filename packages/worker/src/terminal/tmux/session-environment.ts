import { carriedToAgents, isDecided, withheldNames, type Withheld } from '@ccbot/shared/environment/agents';

export interface EnvironmentOptions {
  /** The environment of a new tmux server. */
  env: NodeJS.ProcessEnv;
  /** What no window inherits from a tmux server that somebody else started, besides the table. */
  withheld?: Withheld;
}

/**
 * The variables in lines of `NAME=value`, and of `-NAME` for one that is removed. A line that a value continues on counts
 * as one if it looks like one.
 */
function variablesOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.flatMap((line) => {
      if (line.startsWith('-')) return [[line.slice(1), '']];
      const end = line.indexOf('=');
      return end < 1 ? [] : [[line.slice(0, end), line.slice(end + 1)]];
    }),
  );
}

/**
 * The commands that give our session its environment. `server` and `own` are the answers to `show-environment` of both. A server that somebody else started has their environment, possibly with
 * the token in it, or with another home of an agent than the one in which we look for its files. Only our session (`own`)
 * gets ours, and what an earlier worker left in it is taken back.
 */
export function environmentCommands(
  target: string,
  { server, own }: { server: readonly string[]; own: readonly string[] },
  { env, withheld = {} }: EnvironmentOptions,
): string[][] {
  const ofServer = variablesOf(server);
  const { values, absent } = carriedToAgents(env, ofServer);
  const removed = new Set([...withheldNames(ofServer, withheld), ...absent]);
  const old = Object.keys(variablesOf(own)).filter(
    (name) => isDecided(name) && !(name in values) && !removed.has(name),
  );
  return [
    ...old.map((name) => ['-u', name]),
    ...[...removed].map((name) => ['-r', name]),
    ...Object.entries(values).map(([name, value]) => [name, value]),
  ].map((words) => ['set-environment', '-t', target, ...words]);
}
