import type { Withheld } from '@ccbot/shared/environment/agents';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import { PanesError, type PanesEvent, type PaneState } from '../model';
import type { Turns } from '../turns';
import type { Link } from './link';
import type { ServerOptions } from './server';
import type { KnownServer, ServerMemory } from './server-memory';

export interface TmuxOptions extends ServerOptions {
  /** What no window inherits from a tmux server that somebody else started, besides the table. */
  withheld?: Withheld;
  /** The servers that have windows of ours. */
  servers: ServerMemory;
  log: LogFn;
}

/** The tmux adapter between its calls. */
export interface TmuxState {
  readonly options: TmuxOptions;
  /** The server that we are, or were last, connected to. */
  server: KnownServer | undefined;
  /** The id of our tmux session on the server that we are connected to, such as `$3`. */
  home: string;
  /** Windows outside of our session that we tried to link into it, by id, in this connection. */
  readonly linked: Set<string>;
  readonly link: Link;
  /** Words in front of our client's command, so that the kernel kills it with us. */
  deathSignal: Promise<readonly string[]>;
  /** One turn at a time for each session: opening and typing wait for each other. */
  readonly turns: Turns;
  /** The windows that are being closed, by session. A text that nobody reads must not keep one open, so no turns of it. */
  readonly closings: Turns;
  listener: (event: PanesEvent) => void;
  /** Between `start` and `stop`. */
  isRunning: boolean;
  /** The control client that an earlier worker left behind has been dealt with. */
  hasEndedLeftOver: boolean;
  /** The windows that carry a session, by session, as last seen. */
  readonly windows: Map<string, PaneState>;
  /** How many listings were asked for. */
  listings: number;
  /** Panes that no longer are a session's, by pane id, and how many listings were asked for before: those still tie them. */
  readonly left: Map<string, number>;
  readonly output: OutputState;
  /** The check of the windows' sizes; `again`: something changed since it began. Owned by `fit.ts`. */
  readonly fitting: { isRunning: boolean; again: boolean; timer: NodeJS.Timeout | undefined };
  /** The comparison that runs now; `again`: something changed since it began. */
  comparison: { again: boolean } | undefined;
}

/** Which output events are on, and what tmux holds back. Owned by `output.ts`. */
export interface OutputState {
  /** Sessions whose output events are on. */
  readonly watched: Set<string>;
  /** Sessions that printed since their screen was last read. */
  readonly dirty: Set<string>;
  /**
   * Panes whose output tmux keeps to itself. We pause them rather than switch them `off`: tmux may stop reading a pane
   * that is off, and its program blocks.
   */
  readonly paused: Set<string>;
}

export function checkRunning(state: TmuxState): void {
  if (!state.isRunning) throw new PanesError('server-down', 'tmux: not started');
}

/** Our tmux session as a target. */
export function targetOf({ home }: Pick<TmuxState, 'home'>): string {
  return `${home}:`;
}

/** The window of a session; throws a {@link PanesError}. */
export async function paneOf(state: TmuxState, session: string): Promise<PaneState> {
  checkRunning(state);
  const pane = state.windows.get(session);
  if (pane !== undefined) return pane;
  await state.link.run(['display-message', '-p', '']); // throws `server-down` if the server is away
  throw new PanesError('no-such-session', `session ${session} has no window`);
}

/**
 * The pane is no longer the session's. Listings that were asked for before do not bring it back; one that is asked for later
 * does, where its program could not be ended.
 */
export function leave(state: TmuxState, { session, pane }: PaneState): void {
  state.left.set(pane, state.listings);
  forget(state, session);
}

function forget({ windows, output }: TmuxState, session: string): void {
  windows.delete(session);
  output.watched.delete(session);
  output.dirty.delete(session);
}

export function forgetAll(state: TmuxState): void {
  for (const session of state.windows.keys()) forget(state, session);
  state.left.clear();
  state.output.paused.clear();
  state.linked.clear();
}

/** Does work that nobody waits for. A `PanesError` is ignored: the lost window or server has an event of its own. */
export function inBackground({ options }: TmuxState, work: () => Promise<unknown>): void {
  work().catch((error: unknown) => {
    if (!(error instanceof PanesError)) {
      options.log('error', 'tmux background task failed', { reason: reasonOf(error) });
    }
  });
}

/** Whether tmux rejected a command, for example because its window has just closed. */
export function isRefused(error: unknown): error is PanesError {
  return error instanceof PanesError && error.reason === 'refused';
}
