import { knownProcess } from '@ccbot/shared/processes/known-process';
import { waitForEnd } from '../ending';
import { forget, isRefused, paneOf, type TmuxState } from './state';

/** Closes the window of a session and resolves when its program is gone. */
export async function closeWindow(state: TmuxState, session: string): Promise<void> {
  const { pane, pid, dead } = await paneOf(state, session);
  const program = knownProcess(pid);
  forget(state, session);
  state.leaving.add(session);
  try {
    // Not its window: the user, or an agent, may have other panes there. The window goes with its last pane.
    await state.link.run(['kill-pane', '-t', pane]);
  } catch (error) {
    if (!isRefused(error)) throw error; // refused: closed at the terminal a moment ago
  } finally {
    state.leaving.delete(session);
  }
  if (!dead) await waitForEnd(program);
}
