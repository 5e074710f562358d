import { oneLine } from '@ccbot/shared/one-line';
import { PanesError, type OpenRequest, type PaneState } from '../model';
import { checkStartable } from '../startable';
import { checkWindows } from './changes';
import { formatFor, readRow, SHAPES } from './fields';
import { encodeNote, NOTE_OPTION, PANE_OPTION, WINDOW_OPTION } from './listing';
import { protectSession, windowCommands, withAutomaticSize, type Command, type Intrusions } from './protect';
import { literal } from './quote';
import { PLACEHOLDER } from './server';
import { SIZE } from './window-size';
import { checkRunning, inBackground, isRefused, targetOf, type TmuxState } from './state';

const OPENED = { window_id: SHAPES.window, pane_id: SHAPES.pane } as const;

/** A window in which nothing of ours runs yet. */
interface EmptyWindow {
  window: string;
  pane: string;
}

/**
 * Opens a window for a session and starts its program.
 *
 * First comes an empty window, since tmux tells its id only now, and a name or an index may be changed by the user's
 * hooks. Then one sequence ties it, protects it and starts the program, so that no program ever runs in a window that is
 * not tied. tmux finishes a sequence even if ccbot is killed; an empty window closes by itself.
 */
export async function openWindow(state: TmuxState, request: OpenRequest): Promise<PaneState> {
  const { link, windows } = state;
  checkRunning(state);
  await checkStartable(request);
  const { session, note } = request;
  if (windows.has(session)) throw new PanesError('refused', `session ${session} already has a window`);
  const { window, pane, found } = await openEmpty(state, request);
  let pid: number;
  try {
    const replies = await link.run(...startingCommands(request, pane, found));
    pid = Number(replies.at(-1)?.[0]);
  } catch (error) {
    inBackground(state, () => link.run(['kill-pane', '-t', pane])); // half made
    if (!isRefused(error)) throw error;
    throw new PanesError('spawn-failed', error.message);
  }
  const opened: PaneState = { session, window, pane, pid, dead: false, exitStatus: null };
  if (note !== undefined) opened.note = note;
  windows.set(session, opened);
  checkWindows(state); // holds back its output, and notices a program that ended before we knew the window
  return opened;
}

async function openEmpty(
  state: TmuxState,
  { cwd }: OpenRequest,
): Promise<EmptyWindow & { found: Intrusions }> {
  const { link, options } = state;
  const target = targetOf(state);
  const newWindow = ['new-window', '-d', '-P', '-F', formatFor(OPENED), '-t', target, '-c', literal(cwd)];
  try {
    const found = await protectSession(link.run, target, options);
    const [[line = ''] = []] = await withAutomaticSize(link.run, [[...newWindow, '--', ...PLACEHOLDER]]);
    const row = readRow(line, OPENED);
    if (row === null) throw new PanesError('spawn-failed', 'tmux did not say which window it opened');
    return { window: row.window_id, pane: row.pane_id, found };
  } catch (error) {
    if (!isRefused(error)) throw error;
    throw new PanesError('spawn-failed', error.message);
  }
}

/** The commands that tie the window, protect it and start the program; the last one prints the program's pid. */
function startingCommands(request: OpenRequest, pane: string, found: Intrusions): Command[] {
  // By its pane, a hook knows whether it runs in this agent or in one that this agent started in another pane.
  const variables = { ...request.env, CCBOT_PANE: pane };
  const env = Object.entries(variables).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
  // tmux hands a single argument to the user's shell, and runs several as they are.
  const argv = request.argv.length === 1 ? ['/bin/sh', '-c', 'exec "$0"', ...request.argv] : request.argv;
  const setOption = (scope: '-w' | '-p', key: string, value: string): string[] => {
    return ['set-option', scope, '-t', pane, key, value];
  };
  return [
    setOption('-w', WINDOW_OPTION, request.session),
    setOption('-p', PANE_OPTION, request.session),
    ...(request.note === undefined ? [] : [setOption('-p', NOTE_OPTION, encodeNote(request.note))]),
    // First, since it makes the size a fixed one.
    ['resize-window', '-t', pane, '-x', String(SIZE.cols), '-y', String(SIZE.rows)],
    ...windowCommands(pane, found),
    // tmux would print a newline in a name as it is, also in notifications, where a line may look like an answer.
    ['rename-window', '-t', pane, '--', literal(oneLine(request.name) || request.session)],
    ['respawn-pane', '-k', '-t', pane, '-c', literal(request.cwd), ...env, '--', ...argv],
    ['display-message', '-p', '-t', pane, '#{pane_pid}'],
  ];
}
