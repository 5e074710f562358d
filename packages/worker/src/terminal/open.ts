import type { Panes } from './panes';
import { createTmuxPanes } from './tmux/panes';
import type { TmuxOptions } from './tmux/state';
import { tmuxVersion } from './tmux/server';

/** Creates the adapter for this system: tmux, or ptys if tmux is not installed. The caller warns the user about ptys. */
export async function openPanes(options: TmuxOptions, createPty: () => Promise<Panes>): Promise<Panes> {
  return (await tmuxVersion(options.env)) === null ? createPty() : createTmuxPanes(options);
}
