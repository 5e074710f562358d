import type { Strays } from './strays';

/**
 * The port to the windows in which agents live. Two adapters: tmux in control mode, and node-pty where tmux
 * is not installed. One contract test runs on both and on the recorder.
 */
export type Keystroke =
  /** Typed as is, without a newline in it. */
  | { kind: 'text'; text: string }
  /** Put in as one bracketed paste; newlines allowed. */
  | { kind: 'paste'; text: string }
  /** A named key in tmux's spelling: `Enter`, `Escape`, `C-j`, `C-c`, `Up`, `Tab`, `Space`. */
  | { kind: 'key'; key: string }
  /** A pause, ms; some programs take an Enter that follows a paste at once for part of it. */
  | { kind: 'pause'; ms: number };

/** What window is to be opened. */
export interface OpenRequest {
  /** ccbot's id of the session; the window carries it as the tmux user option `@ccbot_session`. */
  session: string;
  /** Window name for the desk. */
  name: string;
  cwd: string;
  argv: readonly string[];
  /** Added to the window's environment. Never the bot token. */
  env: Readonly<Record<string, string>>;
  /** One line that the window carries along, for whoever has lost everything else; without tabs. */
  note?: string;
}

/** A window as it is. */
export interface PaneState {
  session: string;
  /** The adapter's own handle, such as `%5`; only good until the server ends. */
  pane: string;
  /** The tmux window id, such as `@3`; empty in the pty adapter. */
  window: string;
  pid: number;
  dead: boolean;
  /** Exit status of a dead pane's program; null while it runs or when a signal ended it. */
  exitStatus: number | null;
  /** What the window was given to carry along, where it was given something. */
  note?: string;
  /** Somebody opened it at the desk; it became a session's later. */
  adopted?: true;
}

/** The visible screen of a window with its looks. */
export interface Capture {
  cols: number;
  rows: number;
  /** Its rows, with the escape sequences of colours and the like (SGR); a sequence holds on into the next row. */
  lines: readonly string[];
  /** Where the cursor is, counted from 0; null: the program hides it. */
  cursor: { x: number; y: number } | null;
  /** The program has the whole screen (alternate screen), as editors and pagers do. */
  alternate: boolean;
}

/** What windows tell. */
export type PanesEvent =
  /** Something was printed since the last `screen` of this session (a dirty bit: at most one until then). */
  | { type: 'output'; session: string }
  /** The program ended; the window stays with its last screen until `close`. */
  | { type: 'died'; session: string; exitStatus: number | null }
  /** The window is gone (closed at the desk). */
  | { type: 'closed'; session: string }
  /** The terminal server went away or came back. After `up`, `list` tells what is left. */
  | { type: 'down'; reason: string }
  | { type: 'up' };

/** A failure of a terminal operation, as data. */
export class PanesError extends Error {
  constructor(
    readonly reason: 'no-such-session' | 'server-down' | 'spawn-failed' | 'refused',
    message: string,
  ) {
    super(message);
    this.name = 'PanesError';
  }
}

/** Windows with programs in them, and what a person does at a terminal: type, look, close. */
export interface Panes {
  readonly kind: 'tmux' | 'pty';
  /** Connects; creates the server and the session when missing. */
  start(listener: (event: PanesEvent) => void): Promise<void>;
  /** Every window that carries a session id. */
  list(): Promise<PaneState[]>;
  open(request: OpenRequest): Promise<PaneState>;
  /** Plays keystrokes in order; resolves when the terminal has taken them. Leaves copy mode first. Calls for one session do not interleave. */
  type(session: string, keys: readonly Keystroke[]): Promise<void>;
  /** The visible rows, trailing blanks trimmed, no escapes. */
  screen(session: string): Promise<string[]>;
  /** The visible screen with colours and cursor, for a picture or a close look; costs about twice as much as `screen`, and counts as one. */
  capture(session: string): Promise<Capture>;
  /** Output events on or off; off after `open` and `start`. Watching costs only while the pane prints. */
  watch(session: string, on: boolean): Promise<void>;
  /** Kills the program and the window. */
  close(session: string): Promise<void>;
  /** The panes that nobody here opened; absent where nobody else can open any. */
  readonly strays?: Strays;
  /** Lets go of the terminal; windows of tmux stay, those of the pty adapter end. */
  stop(): Promise<void>;
}
