import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** How long an agent may take to print its version, ms. */
const TIMEOUT_MS = 20_000;

/** Where the user's programs run. */
export interface UserEnvironment {
  /** The search path for agents and tmux. */
  path: string;
  /** The user's home directory. Version managers choose a program by it. */
  home: string;
}

/**
 * The first line that a command prints for `--version`, at most 80 characters. Empty when it fails or is too slow. The
 * command inherits nothing but a search path and a home directory.
 */
export async function askVersion(
  command: readonly string[],
  { path, home }: UserEnvironment,
  signal?: AbortSignal,
): Promise<string> {
  const [program = '', ...args] = command;
  const options = {
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL' as const,
    env: { PATH: path, HOME: home },
    // Some agents read settings and `.env` from their working directory, even for `--version`.
    cwd: home,
    ...(signal === undefined ? {} : { signal }),
  };
  return run(program, [...args, '--version'], options).then(
    ({ stdout }) => (stdout.trim().split('\n')[0] ?? '').slice(0, 80),
    () => '', // callers treat a failure like a program without a version
  );
}
