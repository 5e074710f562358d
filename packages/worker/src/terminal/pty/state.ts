import type { IPty } from 'node-pty';
import type { LogFn } from '@ccbot/shared/log/logger';
import { PanesError, type PanesEvent, type PaneState } from '../model';
import type { Turns } from '../turns';
import type { Screen } from './screen';
import type { PtyWriter } from './writer';

export interface PtyOptions {
  /** The environment of every program, without secrets. */
  env: NodeJS.ProcessEnv;
  log: LogFn;
}

/** The pty adapter between its calls. */
export interface PtyState {
  readonly options: PtyOptions;
  /** By session. */
  readonly windows: Map<string, PtyWindow>;
  /** One turn at a time for each session: calls of `type` wait for each other. */
  readonly turns: Turns;
  /** The windows that are being closed, by session. A text that nobody reads must not keep one open, so no turns of it. */
  readonly closings: Turns;
  listener: (event: PanesEvent) => void;
  /** Between `start` and `stop`. */
  isRunning: boolean;
  /** How many windows were opened; numbers their panes. */
  count: number;
}

export interface PtyWindow {
  pane: PaneState;
  readonly pty: IPty;
  readonly writer: PtyWriter;
  readonly screen: Screen;
  isWatched: boolean;
  /** It printed since its screen was last read. */
  isDirty: boolean;
  /** Resolves when the program has ended and node-pty has closed the terminal. */
  readonly gone: Promise<void>;
}

export function checkRunning(state: PtyState): void {
  if (!state.isRunning) throw new PanesError('server-down', 'the terminal is not started');
}

/** The window of a session; throws a {@link PanesError}. */
export function windowOf(state: PtyState, session: string): PtyWindow {
  checkRunning(state);
  const window = state.windows.get(session);
  if (window !== undefined) return window;
  throw new PanesError('no-such-session', `session ${session} has no window`);
}
