import { SCREEN_MAX, type Capture } from '../model';
import { CAPTURE_FIELDS, readCapture } from './capture';
import { paneOf, type TmuxState } from './state';

/** The visible rows of a session's window, without trailing blanks. */
export async function readScreen(state: TmuxState, session: string): Promise<string[]> {
  const { pane } = await paneOf(state, session);
  state.output.dirty.delete(session);
  // One sequence, since the program may end between two.
  const [[answer = ''] = [], lines = []] = await state.link.run(
    ['display-message', '-p', '-t', pane, '#{pane_dead} #{alternate_on} #{history_size}'],
    ['capture-pane', '-p', '-t', pane, '-S', '-1'],
  );
  const [dead, alternate, history] = answer.split(' ');
  const rows = lines.slice(-SCREEN_MAX.rows).map((line) => line.slice(0, SCREEN_MAX.row).trimEnd());
  // tmux writes a line of its own under a program that has ended, and moves the others up by one.
  if (dead === '1') return rows.slice(alternate === '1' ? 1 : 0, -1);
  return rows.slice(history === '0' ? 0 : 1);
}

/** The visible screen of a session's window with colours and cursor. */
export async function captureScreen(state: TmuxState, session: string): Promise<Capture> {
  const { pane } = await paneOf(state, session);
  state.output.dirty.delete(session);
  const [[answer = ''] = [], lines = []] = await state.link.run(
    ['display-message', '-p', '-t', pane, CAPTURE_FIELDS],
    // -N: blanks at the end of a row may have a colour.
    ['capture-pane', '-e', '-N', '-p', '-t', pane],
  );
  return readCapture(answer, lines);
}
