/** One step of typing. */
export type Keystroke =
  /** Typed as it is; contains no newline. */
  | { kind: 'text'; text: string }
  /** Sent as a single bracketed paste; may contain newlines. */
  | { kind: 'paste'; text: string }
  /** A named key in tmux's spelling: `Enter`, `Escape`, `C-j`, `C-c`, `Up`, `Tab`, `Space`. */
  | { kind: 'key'; key: string }
  /** A pause, ms. Some programs read an Enter that follows a paste immediately as part of the paste. */
  | { kind: 'pause'; ms: number };

/** A window to open. */
export interface OpenRequest {
  /** ccbot's id of the session; the window carries it as the tmux user option `@ccbot_session`. */
  session: string;
  /** The window's name, as shown at the terminal. */
  name: string;
  /** Absolute path of an existing directory. */
  cwd: string;
  /** The program and its arguments; no shell reads them. */
  argv: readonly string[];
  /** Added to the window's environment. Never the bot token. */
  env: Readonly<Record<string, string>>;
  /** A line without tabs that stays with the window. It restores the session if ccbot's database is lost. */
  note?: string;
}

/** A window at one moment. */
export interface PaneState {
  session: string;
  /** The adapter's own handle, such as `%5`; valid until the terminal server exits. */
  pane: string;
  /** The tmux window id, such as `@3`; empty in the pty adapter. */
  window: string;
  /** The process that the window was started with. */
  pid: number;
  dead: boolean;
  /** Exit status of a dead window's program; null while it runs or if a signal ended it. */
  exitStatus: number | null;
  /** The note of the open request or of the adoption, if there was one. */
  note?: string;
  /** The user opened it at the terminal; it became a session later. */
  adopted?: true;
  /** The mark of the last keystrokes that came with one. */
  typed?: string;
  /** The same, of those that were marked as pressed by the user. */
  pressed?: string;
}

/** The two marks of a window, which do not replace each other: of prompts, and of keys that the user pressed. */
export type MarkName = 'typed' | 'pressed';

/** The visible screen of a window with its colours and cursor. */
export interface Capture {
  cols: number;
  rows: number;
  /** The rows with their SGR escape sequences. Attributes carry over into the next row. */
  lines: readonly string[];
  /** Position of the cursor, counted from 0; null if the program hides it. */
  cursor: { x: number; y: number } | null;
  /** The program uses the alternate screen, as editors and pagers do. */
  alternate: boolean;
}

/** A change that a terminal reports. */
export type PanesEvent =
  /** A watched window printed. A dirty bit: not sent again until `screen` or `capture` reads this session. */
  | { type: 'output'; session: string }
  /** The program ended; the window stays, with its last screen, until `close`. */
  | { type: 'died'; session: string; exitStatus: number | null }
  /** The window is gone: somebody closed it at the terminal. */
  | { type: 'closed'; session: string }
  /** The terminal server is gone; every session's window is unknown until `up`. */
  | { type: 'down'; reason: string }
  /** The terminal server is back; `list` returns the windows that survived. */
  | { type: 'up' };

/**
 * A terminal operation that failed.
 *
 * - `no-such-session`: no window carries the session, or no stray has the id.
 * - `server-down`: the terminal is not started, stopped or lost, or a program on a pty reads no input; the operation may
 *   have been executed.
 * - `spawn-failed`: the window could not be opened; nothing is left of it.
 * - `refused`: the terminal is up and rejected the operation.
 */
export class PanesError extends Error {
  constructor(
    readonly reason: 'no-such-session' | 'server-down' | 'spawn-failed' | 'refused',
    message: string,
  ) {
    super(message);
    this.name = 'PanesError';
  }
}

/** A pane that carries no session: somebody opened it at the terminal, or it is left over. */
export interface Stray {
  /** Made of its pane and its process, so it is valid as long as the terminal server lives. Fits into a button. */
  id: string;
  /** The adapter's own handle, such as `%5`. */
  pane: string;
  /** The process that the pane was started with, often a shell. */
  pid: number;
  dead: boolean;
  /** It is in the tmux session in which ccbot opens its windows. */
  ours: boolean;
  /** Name of its tmux session, for display. */
  tmuxSession: string;
  /** Name of its window, for display. */
  window: string;
  /** The program in the foreground. */
  command: string;
  cwd: string;
}

/** The most that is read of a screen: rows, from the end, and UTF-16 units of a row. Nobody works in a larger window. */
export const SCREEN_MAX = { rows: 500, row: 4_000 };
