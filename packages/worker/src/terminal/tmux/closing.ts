import { waitForEnd } from '../ending';
import { forget, isRefused, paneOf, type TmuxState } from './state';

/** Closes the window of a session and resolves when its program is gone. */
export async function closeWindow(state: TmuxState, session: string): Promise<void> {
  const { pane, pid, dead, adopted } = await paneOf(state, session);
  forget(state, session);
  try {
    // The user may have other panes in the window of an adopted one.
    await state.link.run([adopted === true ? 'kill-pane' : 'kill-window', '-t', pane]);
  } catch (error) {
    if (!isRefused(error)) throw error; // refused: closed at the terminal a moment ago
  }
  if (!dead) await waitForEnd(pid);
}
