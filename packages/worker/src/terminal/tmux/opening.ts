import { oneLine } from '@ccbot/shared/one-line';
import { PanesError, type OpenRequest, type PaneState } from '../model';
import { checkStartable } from '../startable';
import { checkWindows } from './changes';
import { formatFor, readRow, SHAPES } from './fields';
import { NOTE_OPTION, PANE_OPTION, WINDOW_OPTION } from './listing';
import { literal } from './quote';
import { checkRunning, inBackground, isRefused, targetOf, type TmuxState } from './state';

const OPENED = { window_id: SHAPES.window, pane_id: SHAPES.pane, pane_pid: SHAPES.number } as const;

/** Opens a window for a session and starts its program. */
export async function openWindow(state: TmuxState, request: OpenRequest): Promise<PaneState> {
  const { link, windows } = state;
  const target = targetOf(state);
  checkRunning(state);
  await checkStartable(request);
  const { session, note } = request;
  if (windows.has(session)) throw new PanesError('refused', `session ${session} already has a window`);
  // A unique name until the window is tied, so that every command finds it, whatever else the tmux session holds.
  const temporary = `ccbot-new-${session}`;
  const window = `${target}=${temporary}`;
  let replies: string[][];
  try {
    replies = await link.run(...openingCommands(request, { target, window, temporary }));
  } catch (error) {
    if (!isRefused(error)) throw error;
    inBackground(state, () => link.run(['kill-window', '-t', window])); // half made
    throw new PanesError('spawn-failed', error.message);
  }
  const row = readRow(replies[0]?.[0] ?? '', OPENED);
  if (row === null) throw new PanesError('spawn-failed', 'tmux did not say which window it opened');
  const { window_id: id, pane_id: pane, pane_pid: pid } = row;
  const opened: PaneState = { session, window: id, pane, pid: Number(pid), dead: false, exitStatus: null };
  if (note !== undefined) opened.note = note;
  windows.set(session, opened);
  checkWindows(state); // holds back its output, and notices a program that ended before we knew the window
  return opened;
}

/** The commands that open and tie a window. They run as one sequence, which tmux finishes even if ccbot is killed. */
function openingCommands(
  request: OpenRequest,
  { target, window, temporary }: { target: string; window: string; temporary: string },
): (readonly string[])[] {
  const env = Object.entries(request.env).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
  // tmux hands a single argument to the user's shell, and runs several as they are.
  const argv = request.argv.length === 1 ? ['/bin/sh', '-c', 'exec "$0"', ...request.argv] : request.argv;
  const newWindow = ['new-window', '-d', '-P', '-F', formatFor(OPENED), '-t', target, '-n', temporary];
  const setOption = (scope: '-w' | '-p', key: string, value: string): string[] => {
    return ['set-option', scope, '-t', window, key, value];
  };
  return [
    [...newWindow, '-c', literal(request.cwd), ...env, '--', ...argv],
    setOption('-w', WINDOW_OPTION, request.session),
    setOption('-p', PANE_OPTION, request.session),
    ...(request.note === undefined ? [] : [setOption('-p', NOTE_OPTION, request.note)]),
    setOption('-w', 'remain-on-exit', 'on'),
    setOption('-w', 'allow-rename', 'off'),
    setOption('-w', 'automatic-rename', 'off'),
    // tmux would print a newline in a name as it is, also in notifications, where a line may look like an answer.
    ['rename-window', '-t', window, '--', literal(oneLine(request.name) || request.session)],
  ];
}
