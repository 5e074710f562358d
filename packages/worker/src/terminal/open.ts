import { USUAL_TMUX } from '@ccbot/shared/tmux/version';
import type { Panes } from './panes';
import { createTmuxServers } from './tmux/servers';
import type { TmuxOptions } from './tmux/state';
import { tmuxVersion } from './tmux/server';

/**
 * Creates the adapter for this system: tmux, or ptys if tmux is not installed. The caller warns the user about ptys. A
 * tmux that the settings name and that is missing is left to `start`, which says so: the user did not ask for ptys.
 */
export async function openPanes(options: TmuxOptions, createPty: () => Promise<Panes>): Promise<Panes> {
  if (options.program !== USUAL_TMUX) return createTmuxServers(options);
  return (await tmuxVersion(options)) === null ? createPty() : createTmuxServers(options);
}
