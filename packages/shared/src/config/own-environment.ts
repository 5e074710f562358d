import { homedir, userInfo } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { fault, type Fault } from '../faults/fault';
import { absolutePath } from './absolute-path';
import { searchPath } from './search-path';

/** Names the settings file for the programs that a program of ccbot starts. */
export const ENV_FILE_ENV = 'CCBOT_ENV_FILE';

/**
 * Prepares the environment of a program of ccbot, which the programs that it starts inherit: the settings file of
 * `--env-file` for all of them, and a `PATH` and a `HOME` without the working directory. `envFile` is what the user
 * wrote, and here alone a relative path counts. Returns a fault if this user has no home.
 */
export function prepareEnvironment(env: NodeJS.ProcessEnv, envFile: string | undefined): Fault | null {
  if (!prepareHome(env)) return fault('HOME_UNKNOWN', {});
  if (env['PATH'] !== undefined) env['PATH'] = searchPath(env['PATH']);
  if (envFile !== undefined) env[ENV_FILE_ENV] = absolutePath(envFile, homedir()) ?? resolve(envFile);
  return null;
}

/**
 * A relative or empty `HOME` would make the working directory the home, and `.ccbot/.env` in it the settings. Then the
 * home is the one of the user database, as if `HOME` were not set. False if there is none.
 */
function prepareHome(env: NodeJS.ProcessEnv): boolean {
  const named = env['HOME'];
  if (named !== undefined && isAbsolute(named)) return true;
  const known = knownHome();
  if (known !== null && named !== undefined) env['HOME'] = known;
  return known !== null;
}

function knownHome(): string | null {
  try {
    const { homedir: home } = userInfo();
    return isAbsolute(home) ? home : null;
  } catch {
    return null; // in a container the user may be missing from /etc/passwd
  }
}

/** The working directory, or the home if somebody has removed it: nothing of ccbot needs to be started in it. */
export function workingDirectory(home: string): string {
  try {
    return process.cwd();
  } catch {
    return home;
  }
}
