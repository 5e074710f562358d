import { ENVIRONMENT, ORIGINS, type EnvironmentRow, type Origin } from './table';

/** Environment variables. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What the environment comes from, as its variables tell. */
export function originsOf(env: Variables): ReadonlySet<Origin> {
  const names = Object.keys(env).filter((name) => (env[name] ?? '') !== '');
  const origins = Object.keys(ORIGINS) as Origin[];
  return new Set(origins.filter((origin) => names.some((name) => fits(name, ORIGINS[origin].marks))));
}

/** The row of the table that decides about a variable. */
export function rowOf(name: string, value: string, origins: ReadonlySet<Origin>): EnvironmentRow {
  const row = ENVIRONMENT.find(
    ({ names, from, loadsCode }) =>
      fits(name, names) &&
      (from === undefined || origins.has(from)) &&
      (loadsCode === undefined || loadsNodeCode(value)),
  );
  if (row === undefined) throw new Error(`no row of the table decides about ${name}`);
  return row;
}

/** Whether one of the patterns describes the name. */
export function fits(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const star = pattern.indexOf('*');
    if (star === -1) return name === pattern;
    const start = pattern.slice(0, star);
    const end = pattern.slice(star + 1);
    return name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end);
  });
}

/** Options of `NODE_OPTIONS` by which Node.js loads a file or opens a debugger. */
const CODE_OPTIONS = ['-r', '--require', '--import', '--loader', '--experimental-loader', '--inspect'];

function loadsNodeCode(value: string): boolean {
  return value
    .split(/\s/)
    .some((word) =>
      CODE_OPTIONS.some(
        (option) => word === option || word.startsWith(`${option}=`) || word.startsWith(`${option}-`),
      ),
    );
}
