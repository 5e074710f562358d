import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fault, FaultError, reasonOf } from '@ccbot/shared/faults/fault';

const run = promisify(execFile);

/** How the server is reached, and what a new one is started with. */
export interface ServerOptions {
  /** `tmux -L` name; empty: the user's own server. */
  socket: string;
  session: string;
  /** The environment that a new server passes on to every window: no secrets in it. */
  env: NodeJS.ProcessEnv;
}

/** A start of tmux that takes longer than this, ms, is a failure. */
const START_MS = 10_000;

/** The size of windows nobody has looked at yet: wide enough that agents wrap little, the same on a pty. */
const SIZE = ['-x', '120', '-y', '40'];

/** What the first window shows to somebody at the desk. It keeps the session when the last agent's window closes. */
const NOTE =
  'Agents that are started from the chat open their windows here. This window keeps the session; leave it.';

/** Without signals from the keyboard: a stray ^C must not end the session. The sleep is 68 years; no loop, no wake-up. */
const KEEPER = ['/bin/sh', '-c', `trap '' INT QUIT TSTP; printf '%s\\n' "$0"; exec sleep 2147483647`, NOTE];

/** Whether a pane was started as the one that keeps the session; from tmux's `pane_start_command`. */
export function isKeeper(startCommand: string): boolean {
  return startCommand.includes(NOTE);
}

/** tmux with the arguments that lead to the server. `-u`: UTF-8 whatever the locale says, services have none. */
export function tmuxCommand(options: Pick<ServerOptions, 'socket'>): string[] {
  return ['tmux', '-u', ...(options.socket === '' ? [] : ['-L', options.socket])];
}

/** The installed version, such as `3.3a`; null when tmux is not installed. */
export async function tmuxVersion(env: NodeJS.ProcessEnv): Promise<string | null> {
  try {
    const { stdout } = await run('tmux', ['-V'], { env, timeout: START_MS });
    return stdout.trim().replace(/^tmux\s+/, '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new FaultError(fault('TMUX_FAILED', { reason: reasonOf(error), arguments: '-V' }));
  }
}

/** Whether a version has what is used here: pausing panes and format subscriptions came with 3.2. `master` and `next-…` count as new. */
export function isRecent(version: string): boolean {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return true;
  return Number(major) > 3 || (Number(major) === 3 && Number(minor) >= 2);
}

/** Makes the server and the session where they are missing. Throws a {@link FaultError} `TMUX_FAILED`. */
export async function ensureSession(options: ServerOptions): Promise<void> {
  const [program = 'tmux', ...args] = tmuxCommand(options);
  const tmux = async (...command: string[]): Promise<string> =>
    (await run(program, [...args, ...command], { env: options.env, timeout: START_MS })).stdout;
  const sessions = await listSessions(tmux);
  if (sessions.some(({ name }) => name === options.session)) return;
  // Somebody closed our session while a session grouped with it kept the windows: it is joined again.
  const member = sessions.find(({ group }) => group === options.session);
  const how = member === undefined ? ['-n', 'ccbot', ...SIZE, '--', ...KEEPER] : ['-t', `=${member.name}`];
  try {
    await tmux('new-session', '-d', '-s', options.session, ...how);
  } catch (error) {
    // Somebody may have been quicker.
    if ((await listSessions(tmux)).some(({ name }) => name === options.session)) return;
    throw startFault(options, error);
  }
}

/** The server's sessions; none when there is no server. */
async function listSessions(
  tmux: (...command: string[]) => Promise<string>,
): Promise<{ name: string; group: string }[]> {
  try {
    const lines = (await tmux('list-sessions', '-F', '#{session_group}:#{session_name}')).split('\n');
    return lines
      .filter((line) => line !== '')
      .map((line) => {
        const [group = '', ...name] = line.split(':');
        return { group, name: name.join(':') };
      });
  } catch {
    return []; // no server: what is really wrong, starting one will tell
  }
}

function startFault(options: ServerOptions, error: unknown): FaultError {
  const stderr = String((error as { stderr?: unknown }).stderr ?? '').trim();
  const args = options.socket === '' ? '' : `-L ${options.socket}`;
  return new FaultError(
    fault('TMUX_FAILED', { reason: stderr === '' ? reasonOf(error) : stderr, arguments: args }),
  );
}
