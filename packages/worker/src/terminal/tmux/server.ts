import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { withUsualCoreDumps } from '@ccbot/shared/core-dumps/filter';
import { fault, FaultError, reasonOf } from '@ccbot/shared/faults/fault';
import { oneLine } from '@ccbot/shared/one-line';
import { versionIn } from '@ccbot/shared/tmux/version';
import { formatFor, readRow, SHAPES } from './fields';
import { creationCommands } from './protect';
import { SIZE } from './window-size';
import { chooseHome, HOME_NAME_OPTION, HOME_OWNER_OPTION, type TmuxSession } from './home';

const run = promisify(execFile);

export interface ServerOptions {
  /** The tmux program, as the setting `CCBOT_TMUX` names it. */
  program: string;
  /** The `tmux -L` name; empty for the user's own server. */
  socket: string;
  /** The path of the socket of a server that must run already: none is ever started there. Takes the place of `socket`. */
  existing?: string;
  /** The name of our tmux session. */
  session: string;
  /** Whose sessions these are: `CCBOT_DIR`. Two ccbots may share a server. */
  owner: string;
  /** The environment that a new server passes on to every window. It contains no secrets. */
  env: NodeJS.ProcessEnv;
}

/** A run of the tmux program that takes longer than this, ms, has failed. */
const START_MS = 10_000;

/** How much we show of what tmux says, UTF-16 units. */
const REASON_MAX = 300;

/** What the first window shows at the terminal. That window keeps the session alive when the last agent's window closes. */
const NOTE =
  'Agents that are started from the chat open their windows here. This window keeps the session; leave it.';

/** Ignores signals from the keyboard, since a stray ^C must not end the session. The sleep is 68 years: no loop, no wake-up. */
const KEEPER = ['/bin/sh', '-c', `trap '' INT QUIT TSTP; printf '%s\\n' "$0"; exec sleep 2147483647`, NOTE];

/** What a new window shows until its agent starts in it, a millisecond later. */
const PLACEHOLDER_NOTE = 'ccbot starts an agent here.';

/** Runs in a window until its agent starts; ends by itself, and the window with it, if that never happens. */
export const PLACEHOLDER = ['/bin/sh', '-c', 'sleep 30', PLACEHOLDER_NOTE];

/** Whether a pane is the one that keeps the session, or a new one without an agent yet, by tmux's `pane_start_command`. */
export function isOwnPane(startCommand: string): boolean {
  return startCommand.includes(NOTE) || startCommand.includes(PLACEHOLDER_NOTE);
}

/** tmux with the arguments that select the server. `-u`: UTF-8 in any locale, since services have none. */
export function tmuxCommand({
  program,
  socket,
  existing,
}: Pick<ServerOptions, 'program' | 'socket' | 'existing'>): string[] {
  if (existing !== undefined) return [program, '-u', '-S', existing];
  return [program, '-u', ...(socket === '' ? [] : ['-L', socket])];
}

/** The installed version, such as `3.3a`; null if there is no such program. Throws a {@link FaultError} `TMUX_FAILED`. */
export async function tmuxVersion({
  program,
  env,
}: Pick<ServerOptions, 'program' | 'env'>): Promise<string | null> {
  try {
    return versionIn((await run(program, ['-V'], { env, timeout: START_MS })).stdout);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new FaultError(fault('TMUX_FAILED', { reason: reasonOf(error), program, arguments: '-V' }));
  }
}

/**
 * The id of our tmux session, which stays the same when the user renames it. Creates the server and the session if they
 * are missing. Throws a {@link FaultError} `TMUX_FAILED`.
 */
export async function ensureSession(options: ServerOptions): Promise<string> {
  const tmux = tmuxRunner(options);
  const home = chooseHome(await listSessions(tmux), options);
  switch (home.is) {
    case 'here':
      return home.id;
    case 'renamed':
      await tmux('rename-session', '-t', home.id, '--', options.session);
      return home.id;
    case 'missing':
      // Throws unless there is a server: `new-session` would start one.
      if (options.existing !== undefined) await tmux('display-message', '-p', '');
      return createSession(tmux, options, home.member);
  }
}

/** Runs the tmux program, and resolves with what it prints. */
export type RunTmux = (...command: string[]) => Promise<string>;

export function tmuxRunner(options: Pick<ServerOptions, 'program' | 'socket' | 'existing' | 'env'>): RunTmux {
  const [program = '', ...args] = tmuxCommand(options);
  // Its standard input stays open: a control client that reads its end exits, perhaps before its commands ran.
  return async (...command) =>
    (await run(program, [...args, ...command], { env: options.env, timeout: START_MS })).stdout;
}

/** `member`: a session that shares our windows. */
async function createSession(
  tmux: RunTmux,
  options: ServerOptions,
  member: string | undefined,
): Promise<string> {
  const size = ['-x', String(SIZE.cols), '-y', String(SIZE.rows)];
  const how = member === undefined ? ['-n', 'ccbot', ...size, '--', ...KEEPER] : ['-t', member];
  const create = ['new-session', '-P', '-F', '#{session_id}', '-s', options.session, ...how];
  // With a client attached, and in one sequence without names: the user's configuration may rename the session at once, or
  // end it with the client that leaves it.
  const sequence = [create, ...creationCommands(), ['detach-client']].flatMap((command) => [';', ...command]);
  try {
    // May start the server, which passes on to every window what it inherits.
    const output = await withUsualCoreDumps(() => tmux('-C', ...sequence.slice(1)));
    const id = output.split('\n').find((line) => SHAPES.session.test(line));
    if (id === undefined) throw startFault(options, { stdout: output });
    return id;
  } catch (error) {
    // Another process may have been faster.
    const home = chooseHome(await listSessions(tmux), options);
    if (home.is === 'here') return home.id;
    throw error instanceof FaultError ? error : startFault(options, error);
  }
}

const SESSION_FIELDS = {
  session_id: SHAPES.session,
  session_name: null,
  session_group: null,
  [HOME_OWNER_OPTION]: null,
  [HOME_NAME_OPTION]: null,
} as const;

/** The server's sessions; none if there is no server. */
async function listSessions(tmux: RunTmux): Promise<TmuxSession[]> {
  try {
    const lines = (await tmux('list-sessions', '-F', formatFor(SESSION_FIELDS))).split('\n');
    return lines.flatMap((line) => {
      const row = readRow(line, SESSION_FIELDS);
      if (row === null) return [];
      const { session_id: id, session_name: name, session_group: group } = row;
      return [{ id, name, group, owner: row[HOME_OWNER_OPTION], configured: row[HOME_NAME_OPTION] }];
    });
  } catch {
    return []; // no server; if something else is wrong, starting one fails and says what
  }
}

function startFault(options: ServerOptions, error: unknown): FaultError {
  const { stderr = '', stdout = '' } = error as { stderr?: string; stdout?: string };
  // A control client prints errors among its answers.
  const said = oneLine(`${stderr} ${stdout.replace(/^%.*$/gm, '')}`.trim(), REASON_MAX);
  const args = options.socket === '' ? '' : `-L ${options.socket}`;
  return new FaultError(
    fault('TMUX_FAILED', {
      reason: said === '' ? oneLine(reasonOf(error), REASON_MAX) : said,
      program: options.program,
      arguments: args,
    }),
  );
}
