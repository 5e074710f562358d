import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fault, FaultError, reasonOf } from '@ccbot/shared/faults/fault';

const run = promisify(execFile);

/** How the server is reached: program, `-L` name where one is set, environment for its children. */
export interface ServerOptions {
  /** `tmux -L` name; empty: the user's own server. */
  socket: string;
  session: string;
  /** The environment that a new server passes on to every window: no secrets in it. */
  env: NodeJS.ProcessEnv;
}

/** A start of tmux that takes longer than this, ms, is a failure. */
const START_MS = 10_000;

/** tmux with the arguments that lead to the server. */
export function tmuxCommand(options: Pick<ServerOptions, 'socket'>): string[] {
  return options.socket === '' ? ['tmux'] : ['tmux', '-L', options.socket];
}

/** The installed version, such as `3.3`; null when tmux is not installed. */
export async function tmuxVersion(env: NodeJS.ProcessEnv): Promise<string | null> {
  try {
    const { stdout } = await run('tmux', ['-V'], { env, timeout: START_MS });
    return stdout.trim().replace(/^tmux\s+/, '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new FaultError(fault('TMUX_FAILED', { reason: reasonOf(error), arguments: '-V' }));
  }
}

/** Whether a version has what is used here: pause-after and per-pane output switches came with 3.2. `master` and `next-…` count as new. */
export function isRecent(version: string): boolean {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return true;
  return Number(major) > 3 || (Number(major) === 3 && Number(minor) >= 2);
}

/** What the first window shows to somebody at the desk. It keeps the session when the last agent's window closes. */
const NOTE =
  'Agents that are started from the chat open their windows here. This window keeps the session; leave it.';

/** Makes the server and the session where they are missing. */
export async function ensureSession(options: ServerOptions): Promise<void> {
  const [program = 'tmux', ...args] = tmuxCommand(options);
  const settings = { env: options.env, timeout: START_MS };
  try {
    await run(program, [...args, 'has-session', '-t', `=${options.session}`], settings);
    return;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 1) throw startFault(options, error);
    // Exit code 1: no server, or no such session.
  }
  try {
    const keep = `printf '%s\\n' '${NOTE}'; exec sleep 2147483647`;
    const size = ['-x', '120', '-y', '40'];
    await run(
      program,
      [...args, 'new-session', '-d', '-s', options.session, '-n', 'ccbot', ...size, keep],
      settings,
    );
  } catch (error) {
    if (/duplicate session/.test(String((error as { stderr?: unknown }).stderr))) return; // somebody was quicker
    throw startFault(options, error);
  }
}

function startFault(options: ServerOptions, error: unknown): FaultError {
  const stderr = String((error as { stderr?: unknown }).stderr ?? '').trim();
  const args = options.socket === '' ? '' : `-L ${options.socket}`;
  return new FaultError(
    fault('TMUX_FAILED', { reason: stderr === '' ? reasonOf(error) : stderr, arguments: args }),
  );
}
