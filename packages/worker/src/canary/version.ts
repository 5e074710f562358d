import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How long an agent may take to tell its version, ms. */
const PATIENCE_MS = 20_000;

/**
 * The first line of what a command prints for `--version`, 80 characters at most; empty when it fails or is too slow.
 * The program has a search path and a home, where one that is chosen by the person's version manager is found.
 */
export async function askVersion(
  command: readonly string[],
  { path, home }: { path: string; home: string },
  signal?: AbortSignal,
): Promise<string> {
  const [program = '', ...rest] = command;
  const options = {
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL' as const,
    env: { PATH: path, HOME: home },
    ...(signal === undefined ? {} : { signal }),
  };
  return run(program, [...rest, '--version'], options).then(
    ({ stdout }) => (stdout.trim().split('\n')[0] ?? '').slice(0, 80),
    () => '', // whoever asks treats it as a program that tells none
  );
}
