import type { Capture, Keystroke, MarkName, OpenRequest, PanesEvent, PaneState } from './model';
import type { Strays } from './strays';

export {
  PanesError,
  type Capture,
  type Keystroke,
  type MarkName,
  type OpenRequest,
  type PanesEvent,
  type PaneState,
} from './model';

/**
 * The port to the windows that agents live in: open, type, read the screen, close. Adapters: tmux in control mode, and
 * node-pty where tmux is not installed. `contract.test.ts` runs on both and on the recorder of the tests.
 *
 * Every operation rejects with a {@link PanesError}: `server-down` before `start`, after `stop` and while the terminal
 * server is away, `no-such-session` for a session without a window. The caller owns the windows: nothing closes one but
 * `close`, except that windows of the pty adapter end with `stop`.
 */
export interface Panes {
  readonly kind: 'tmux' | 'pty';
  /**
   * Connects; creates the tmux server and session if they are missing. Events reach the listener until `stop`. Call it
   * once. Rejects with a `FaultError` (`TMUX_NOT_FOUND`, `TMUX_TOO_OLD`, `TMUX_FAILED`), unlike the other operations.
   */
  start(listener: (event: PanesEvent) => void): Promise<void>;
  /** Every window that carries a session, also those that an earlier worker opened. */
  list(): Promise<PaneState[]>;
  /**
   * Opens a window and starts its program, unwatched. `spawn-failed` if the directory or the program's arguments are
   * unusable, `refused` if the session id is malformed or has a window already; one that
   * is being closed is waited for. A missing program is reported as `died`.
   */
  open(request: OpenRequest): Promise<PaneState>;
  /**
   * Plays keystrokes in order and resolves when the terminal has taken them. Leaves tmux's copy mode first. Calls for
   * one session do not interleave, and none follows Ctrl-C at once, see `signals.ts`. `refused` if the program has ended, if a key is unknown (then nothing is typed), or if the window closes
   * meanwhile.
   *
   * `mark`: a line without tabs that the window carries from the first key on, see {@link PaneState}; `as`: under which
   * name, `typed` if absent. Both happen or neither does, even if the worker is killed, so the mark tells the next worker
   * whether anything was typed.
   */
  type(session: string, keys: readonly Keystroke[], mark?: string, as?: MarkName): Promise<void>;
  /** The visible rows, without trailing blanks and escapes. Clears the session's dirty bit. */
  screen(session: string): Promise<string[]>;
  /** The visible screen with colours and cursor. Clears the dirty bit; costs about twice as much as `screen`. */
  capture(session: string): Promise<Capture>;
  /**
   * Switches `output` events on or off; off after `open`, `start` and `up`. Switching on sends one event at once, for what the
   * window printed before. Watching costs time only while the program prints.
   */
  watch(session: string, on: boolean): Promise<void>;
  /** Ends the program, closes the window and resolves when the program is gone. Causes no event. */
  close(session: string): Promise<void>;
  /** The panes that ccbot did not open; absent in the pty adapter, where nobody else can open any. */
  readonly strays?: Strays;
  /** Disconnects. tmux windows stay; pty windows end. */
  stop(): Promise<void>;
}
