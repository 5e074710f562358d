import type { Listing } from './listing';
import { markDirty } from './output';
import { isRefused, targetOf, type TmuxState } from './state';

/**
 * Links windows that the user moved into another tmux session into ours as well: tmux reports output only of windows in
 * the session that our client is attached to. They stay where the user put them.
 */
export async function bringHome(state: TmuxState, { home, tied }: Listing): Promise<void> {
  const { link, linked, options, output } = state;
  for (const { session, pane, window } of tied.values()) {
    if (home.has(pane) || linked.has(window)) continue;
    linked.add(window); // once: a user who takes it out of our session again means it
    try {
      await link.run(['link-window', '-d', '-s', window, '-t', targetOf(state)]);
      options.log('info', 'moved window linked', { session, window });
    } catch (error) {
      if (!isRefused(error)) throw error;
      options.log('warn', 'moved window not linked', { session, window, reason: error.message });
    }
    // It may have printed while tmux reported nothing.
    if (output.watched.has(session)) markDirty(state, session);
  }
}
