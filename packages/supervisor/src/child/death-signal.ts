import { execFile } from 'node:child_process';

/** A test that takes longer counts as failed, ms. */
const CHECK_MS = 2_000;

/**
 * Words to put in front of a command so that the kernel kills it together with its parent; empty if the system cannot do
 * that. We try the command, because BusyBox has a `setpriv` without this option.
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
