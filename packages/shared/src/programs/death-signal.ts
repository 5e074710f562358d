import { probeProgram } from './probe';

/** util-linux's program by which the kernel kills a child together with its parent. */
export const DEATH_SIGNAL = ['setpriv', '--pdeathsig', 'KILL'] as const;

/**
 * Words to put in front of a command so that the kernel kills it together with its parent; empty if the system cannot do
 * that. We try the command, because BusyBox and older versions of util-linux have a `setpriv` without this option.
 */
export async function deathSignalPrefix(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): Promise<readonly string[]> {
  if (platform !== 'linux') return [];
  const [program, ...args] = DEATH_SIGNAL;
  return (await probeProgram(program, [...args, 'true'], env)).is === 'working' ? DEATH_SIGNAL : [];
}
