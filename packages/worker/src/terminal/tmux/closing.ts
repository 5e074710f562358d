import { knownProcess } from '@ccbot/shared/processes/known-process';
import { waitForEnd } from '../ending';
import { isRefused, leave, paneOf, type TmuxState } from './state';

/** Closes the window of a session and resolves when its program is gone. */
export async function closeWindow(state: TmuxState, session: string): Promise<void> {
  const closing = await paneOf(state, session);
  const program = knownProcess(closing.pid);
  leave(state, closing);
  try {
    // Not its window: the user, or an agent, may have other panes there. The window goes with its last pane.
    await state.link.run(['kill-pane', '-t', closing.pane]);
  } catch (error) {
    if (!isRefused(error)) throw error; // refused: closed at the terminal a moment ago
  }
  if (!closing.dead) await waitForEnd(program);
}
