import { execFile } from 'node:child_process';
import { reasonOf } from '../faults/fault';
import { oneLine } from '../one-line';

/** A program that takes longer to say what it is counts as failing, ms. */
const PROBE_MS = 5_000;

/** How much of a reason is kept, UTF-16 units. */
const REASON_MAX = 200;

/** What became of a program that was run once. */
export type Probe = { is: 'working' } | { is: 'missing' } | { is: 'failing'; reason: string };

/**
 * Runs a program once, to its end, as it will be used. That it is installed says little: BusyBox and older versions have
 * programs of the same name without the option that we need, and a library may be missing. Never rejects.
 */
export function probeProgram(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Probe> {
  return new Promise((resolve) => {
    execFile(program, args, { env: { ...env }, timeout: PROBE_MS }, (error, _stdout, stderr) => {
      if (error === null) return resolve({ is: 'working' });
      if (error.code === 'ENOENT') return resolve({ is: 'missing' });
      const [first = ''] = stderr.trim().split('\n');
      const reason = error.killed === true ? `no end after ${PROBE_MS / 1_000} s` : first || reasonOf(error);
      resolve({ is: 'failing', reason: oneLine(reason, REASON_MAX) });
    });
  });
}
