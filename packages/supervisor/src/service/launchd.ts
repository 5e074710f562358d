import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import type { Environment } from '../host';

/** Set by the property list: the label of the job. */
export const LAUNCHD_ENV = 'CCBOT_LAUNCHD_JOB';

/**
 * The exit code for launchd, which restarts a job after every other code than 0. After a configuration error another
 * start cannot help, so the job ends with 0, and `say` gets how to start it again.
 */
export function launchdExitCode(code: number, env: Environment, say: (text: string) => void): number {
  const job = env[LAUNCHD_ENV] ?? '';
  if (job === '' || code !== EXIT.config) return code;
  say(`launchd does not start it again by itself. Afterwards, run \`launchctl kickstart gui/$UID/${job}\`.`);
  return EXIT.ok;
}
