import type { KnownProcess } from '@ccbot/shared/processes/known-process';
import type { PaneState, Stray } from './model';

export type { Stray } from './model';

/** The id of a stray. Adopting does not change it: it consists of the pane and the process that it was started with. */
export const strayIdOf = ({ pane, pid }: { pane: string; pid: number }): string => `${pane.slice(1)}-${pid}`;

/** The panes of a tmux server that ccbot did not open. Rejects as `Panes` does. */
export interface Strays {
  /**
   * Every pane without a session, in every tmux session of the server, except the window that keeps ccbot's session, and
   * except panes beside an agent in its own window.
   */
  list(): Promise<Stray[]>;
  /**
   * Ties a stray to a session, so that it becomes one of the windows. A stray of another tmux session is linked into
   * ccbot's and stays where it was, too. `no-such-session` if it is gone or tied already.
   */
  tie(id: string, session: string, note: string): Promise<PaneState>;
  /**
   * Finds the pane in which one of these processes runs, on any server that can be reached, and ties it to the session.
   * Undefined: there is none.
   */
  claim(session: string, note: string, processes: readonly KnownProcess[]): Promise<PaneState | undefined>;
  /** Releases a tied pane: it keeps running in the tmux session that it came from. Does nothing if it is gone. */
  untie(session: string): Promise<void>;
  /** Ends the program of a stray and closes its pane; `no-such-session` as in `tie`. */
  close(id: string): Promise<void>;
}
