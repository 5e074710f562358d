import { execFile } from 'node:child_process';

/** A check that hangs counts as a no, ms. */
const CHECK_MS = 2_000;

/**
 * The words that, in front of a command, let the kernel kill it with its parent; empty where that is not to be
 * had. BusyBox has a `setpriv` that does not know the option: it is tried, not only looked for.
 */
export function deathSignalPrefix(platform: NodeJS.Platform): Promise<string[]> {
  const prefix = ['setpriv', '--pdeathsig', 'KILL'];
  if (platform !== 'linux') return Promise.resolve([]);
  const [command, ...args] = prefix as [string, ...string[]];
  return new Promise((resolve) => {
    execFile(command, [...args, 'true'], { timeout: CHECK_MS }, (error) =>
      resolve(error === null ? prefix : []),
    );
  });
}
