import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { withUsualCoreDumps } from '@ccbot/shared/core-dumps/filter';
import { fault, FaultError, reasonOf } from '@ccbot/shared/faults/fault';
import { formatFor, readRow } from './fields';

const run = promisify(execFile);

export interface ServerOptions {
  /** The `tmux -L` name; empty for the user's own server. */
  socket: string;
  session: string;
  /** The environment that a new server passes on to every window. It contains no secrets. */
  env: NodeJS.ProcessEnv;
}

/** A run of the tmux program that takes longer than this, ms, has failed. */
const START_MS = 10_000;

/** The size of windows without an attached client: wide enough that agents wrap little. The pty adapter uses the same. */
const SIZE = ['-x', '120', '-y', '40'];

/** What the first window shows at the terminal. That window keeps the session alive when the last agent's window closes. */
const NOTE =
  'Agents that are started from the chat open their windows here. This window keeps the session; leave it.';

/** Ignores signals from the keyboard, since a stray ^C must not end the session. The sleep is 68 years: no loop, no wake-up. */
const KEEPER = ['/bin/sh', '-c', `trap '' INT QUIT TSTP; printf '%s\\n' "$0"; exec sleep 2147483647`, NOTE];

/** Whether a pane is the one that keeps the session, by tmux's `pane_start_command`. */
export function isKeeper(startCommand: string): boolean {
  return startCommand.includes(NOTE);
}

/** tmux with the arguments that select the server. `-u`: UTF-8 in any locale, since services have none. */
export function tmuxCommand(options: Pick<ServerOptions, 'socket'>): string[] {
  return ['tmux', '-u', ...(options.socket === '' ? [] : ['-L', options.socket])];
}

/** The installed version, such as `3.3a`; null if tmux is not installed. Throws a {@link FaultError} `TMUX_FAILED`. */
export async function tmuxVersion(env: NodeJS.ProcessEnv): Promise<string | null> {
  try {
    const { stdout } = await run('tmux', ['-V'], { env, timeout: START_MS });
    return stdout.trim().replace(/^tmux\s+/, '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new FaultError(fault('TMUX_FAILED', { reason: reasonOf(error), arguments: '-V' }));
  }
}

/** Whether a version is new enough: pausing panes and format subscriptions came with 3.2. `master` and `next-…` count as new. */
export function isRecent(version: string): boolean {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return true;
  return Number(major) > 3 || (Number(major) === 3 && Number(minor) >= 2);
}

/** Creates the server and the session if they are missing. Throws a {@link FaultError} `TMUX_FAILED`. */
export async function ensureSession(options: ServerOptions): Promise<void> {
  const [program = 'tmux', ...args] = tmuxCommand(options);
  const tmux = async (...command: string[]): Promise<string> =>
    (await run(program, [...args, ...command], { env: options.env, timeout: START_MS })).stdout;
  const sessions = await listSessions(tmux);
  if (sessions.some(({ name }) => name === options.session)) return;
  // Somebody closed our session, but a session grouped with it kept the windows: join that group.
  const member = sessions.find(({ group }) => group === options.session);
  const how = member === undefined ? ['-n', 'ccbot', ...SIZE, '--', ...KEEPER] : ['-t', `=${member.name}`];
  try {
    // May start the server, which passes on to every window what it inherits.
    await withUsualCoreDumps(() => tmux('new-session', '-d', '-s', options.session, ...how));
  } catch (error) {
    // Another process may have been faster.
    if ((await listSessions(tmux)).some(({ name }) => name === options.session)) return;
    throw startFault(options, error);
  }
}

/** The server's sessions; none if there is no server. */
async function listSessions(
  tmux: (...command: string[]) => Promise<string>,
): Promise<{ name: string; group: string }[]> {
  try {
    const fields = { session_group: null, session_name: null } as const;
    const lines = (await tmux('list-sessions', '-F', formatFor(fields))).split('\n');
    const rows = lines.flatMap((line) => readRow(line, fields) ?? []);
    return rows.map(({ session_group: group, session_name: name }) => ({ group, name }));
  } catch {
    return []; // no server; if something else is wrong, starting one fails and says what
  }
}

function startFault(options: ServerOptions, error: unknown): FaultError {
  const stderr = String((error as { stderr?: unknown }).stderr ?? '').trim();
  const args = options.socket === '' ? '' : `-L ${options.socket}`;
  return new FaultError(
    fault('TMUX_FAILED', { reason: stderr === '' ? reasonOf(error) : stderr, arguments: args }),
  );
}
