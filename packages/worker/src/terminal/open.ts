import type { Panes } from './panes';
import { createTmuxPanes } from './tmux/panes';
import type { TmuxOptions } from './tmux/state';
import { tmuxVersion } from './tmux/server';

/** The terminal that is there: tmux, or a pty of our own where tmux is not installed (the caller tells the person). */
export async function openPanes(options: TmuxOptions, createPty: () => Promise<Panes>): Promise<Panes> {
  return (await tmuxVersion(options.env)) === null ? createPty() : createTmuxPanes(options);
}
