import { delimiter } from 'node:path';
import { originsOf, rowOf, type Variables } from './decide';
import { isTemporary, searchPathForService, type PathFacts } from './search-path';

/** A shell's environment, sorted by what becomes of it in a service. */
export interface ServiceEnvironment {
  /** What the service's file sets. */
  carried: Readonly<Record<string, string>>;
  /** Names of variables that look like secrets. They are in no file that ccbot writes. */
  secrets: readonly string[];
  /** Names of variables whose values end with this login. */
  temporary: readonly string[];
  /** Names of variables that ccbot knows nothing about. */
  unknown: readonly string[];
}

export interface ShellFacts extends Pick<PathFacts, 'resolve'> {
  /** The bot token; empty if it is not known. A variable that contains it is a secret. */
  token: string;
}

/** A name that every service manager and shell accepts. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Decides what a service takes over from the shell that installs it. */
export function environmentForService(env: Variables, { token, resolve }: ShellFacts): ServiceEnvironment {
  const origins = originsOf(env);
  const carried: Record<string, string> = {};
  const secrets: string[] = [];
  const temporary: string[] = [];
  const unknown: string[] = [];
  for (const name of Object.keys(env).toSorted()) {
    const value = env[name] ?? '';
    if (value === '' || !NAME.test(name)) continue;
    const row = rowOf(name, value, origins);
    if (row.service === 'secret' || (token !== '' && value.includes(token))) secrets.push(name);
    else if (row.service === 'if-permanent' && isTemporary(value)) temporary.push(name);
    else if (row.service !== 'left') carried[name] = value;
    else if (row.names.includes('*')) unknown.push(name);
  }
  const path = carried['PATH'];
  if (path !== undefined)
    carried['PATH'] = searchPathForService(path, { isUnderNpm: origins.has('npm'), resolve });
  return { carried, secrets, temporary, unknown };
}

/** How the environment of a running ccbot differs from the one of a shell. Names of variables. */
export interface Differences {
  /** The shell sets them, ccbot runs without. */
  missing: readonly string[];
  /** Both set them, to different values. */
  other: readonly string[];
  /** Only ccbot has them. */
  extra: readonly string[];
  /** Directories in the `PATH` of the shell that are not in the one of ccbot. */
  directories: readonly string[];
}

/** Compares what a service would carry of the two. What is only taste does not count. */
export function differencesOf(
  shell: Readonly<Record<string, string>>,
  running: Readonly<Record<string, string>>,
): Differences {
  const counts = (name: string): boolean =>
    name !== 'PATH' && rowOf(name, '', new Set()).isTaste !== true && !OWN_PLACES.includes(name);
  const path = (running['PATH'] ?? '').split(delimiter);
  const names = Object.keys(shell).filter(counts);
  return {
    missing: names.filter((name) => running[name] === undefined),
    other: names.filter((name) => running[name] !== undefined && running[name] !== shell[name]),
    extra: Object.keys(running).filter((name) => counts(name) && shell[name] === undefined),
    directories: (shell['PATH'] ?? '')
      .split(delimiter)
      .filter((entry) => entry !== '' && !path.includes(entry)),
  };
}

/** The two are compared as settings. */
const OWN_PLACES = ['CCBOT_DIR', 'CCBOT_ENV_FILE'];

/** An environment with the values that a running ccbot has of the variables that a service carries. */
export function withVariablesOf(env: Variables, running: Readonly<Record<string, string>>): Variables {
  const own = Object.entries(env).filter(([name]) => {
    const { service } = rowOf(name, '', new Set());
    return service !== 'carried' && service !== 'if-permanent';
  });
  return { ...Object.fromEntries(own), ...running };
}
