import type { PaneState } from './panes';

/** A pane that carries no session: somebody opened it at the desk, or it is left over. */
export interface Stray {
  /** Names it as long as the terminal's server lives: its pane and its program's process. Fits into a button. */
  id: string;
  /** The adapter's own handle, such as `%5`. */
  pane: string;
  /** The process that the pane was started with, often a shell. */
  pid: number;
  dead: boolean;
  /** It is in the tmux session in which ccbot opens its windows. */
  ours: boolean;
  /** Where it is, for people: its tmux session and its window's name. */
  tmuxSession: string;
  window: string;
  /** The program that has the terminal now. */
  command: string;
  cwd: string;
}

/** The id of a stray, also of one that has been tied since: its pane, and the process that the pane was started with. */
export const strayIdOf = ({ pane, pid }: { pane: string; pid: number }): string => `${pane.slice(1)}-${pid}`;

/** The panes of a terminal server that nobody here opened. Only tmux has any. */
export interface Strays {
  /** All of them, of every tmux session of the server; not the window that keeps the session. */
  list(): Promise<Stray[]>;
  /**
   * Ties a stray to a session where it is; from then on it is among the windows. One of another tmux session is shown
   * in ccbot's too, and stays where it was. Throws a `PanesError` `no-such-session` when it is gone, or tied already.
   */
  tie(id: string, session: string, note: string): Promise<PaneState>;
  /** Lets a tied one go: it stays as it is, in the tmux session that it came from. Nothing for one that is gone. */
  untie(session: string): Promise<void>;
  /** Kills the program of a stray and closes its pane; throws as `tie` does. */
  close(id: string): Promise<void>;
}
