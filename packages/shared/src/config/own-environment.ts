import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { absolutePath } from './absolute-path';
import { searchPath } from './search-path';

/** Names the settings file for the programs that a program of ccbot starts. */
export const ENV_FILE_ENV = 'CCBOT_ENV_FILE';

/**
 * Prepares the environment of a program of ccbot, which the programs that it starts inherit: the settings file of
 * `--env-file` for all of them, and a `PATH` without the working directory. `envFile` is what the user wrote, and here
 * alone a relative path counts.
 */
export function prepareEnvironment(env: NodeJS.ProcessEnv, envFile: string | undefined): void {
  if (env['PATH'] !== undefined) env['PATH'] = searchPath(env['PATH']);
  if (envFile !== undefined) env[ENV_FILE_ENV] = absolutePath(envFile, homedir()) ?? resolve(envFile);
}
