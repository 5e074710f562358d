import { fits, originsOf, rowOf, type Variables } from './decide';
import { searchPathWithoutNpm } from './search-path';
import { ENVIRONMENT } from './table';

/** What agents must not get of an environment. */
export interface Withheld {
  /** The variables that another kind of agent sets for the programs it runs, besides the table. */
  more?: readonly RegExp[];
  /** A variable whose value contains one of these is withheld, whatever its name is. */
  secrets?: readonly string[];
}

/** The names of the variables of an environment, of ours or of a tmux server, that must not reach an agent. */
export function withheldNames(env: Variables, { more = [], secrets = [] }: Withheld = {}): string[] {
  const origins = originsOf(env);
  return Object.entries(env)
    .filter(
      ([name, value = '']) =>
        rowOf(name, value, origins).agents === 'removed' ||
        more.some((pattern) => pattern.test(name)) ||
        secrets.some((secret) => secret !== '' && value.includes(secret)),
    )
    .map(([name]) => name);
}

/** The environment of a new tmux server and of every window in it: ours, without what agents must not get. */
export function agentEnvironment(env: Variables, withheld: Withheld = {}): NodeJS.ProcessEnv {
  const removed = new Set(withheldNames(env, withheld));
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => !removed.has(name)));
  return originsOf(env).has('npm') && kept['PATH'] !== undefined
    ? { ...kept, PATH: searchPathWithoutNpm(kept['PATH']) }
    : kept;
}

/**
 * What a window gets of ours on a tmux server with another environment: the values of carried variables, and the names of
 * those that it must not have, because they would give an agent another home than the one that we know.
 */
export function carriedToAgents(
  env: Variables,
  server: Variables,
): { values: Readonly<Record<string, string>>; absent: readonly string[] } {
  const origins = originsOf(env);
  const values = Object.entries(env).flatMap(([name, value = '']) => {
    const { service, agents } = rowOf(name, value, origins);
    return value !== '' && service === 'carried' && agents === 'kept' ? [[name, value] as const] : [];
  });
  const known = Object.fromEntries(values);
  const absent = Object.keys(server).filter(
    (name) => known[name] === undefined && rowOf(name, server[name] ?? '', origins).isPlace === true,
  );
  return { values: known, absent };
}

/** Whether {@link carriedToAgents} or {@link withheldNames} can name the variable. */
export function isDecided(name: string): boolean {
  return ENVIRONMENT.some(
    (row) => fits(name, row.names) && (row.service === 'carried' || row.agents === 'removed'),
  );
}
