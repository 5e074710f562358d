import { spawn } from './spawn';

/** A program on its own terminal, without a window. */
export interface PtyProgram {
  write(text: string): void;
  kill(): void;
}

export interface PtyProgramOptions {
  argv: readonly string[];
  cwd: string;
  /** TMUX and TMUX_PANE are removed: some programs open no browser inside tmux, or talk to the user's tmux. */
  env: NodeJS.ProcessEnv;
  onData(text: string): void;
  /** `status` is the exit code; null if a signal ended the program. */
  onExit(status: number | null): void;
}

/** Wide enough that no link wraps. */
const COLS = 1_000;
const ROWS = 40;

/** Runs a program on its own terminal. Throws if it cannot be started. */
export function runOnPty(options: PtyProgramOptions): PtyProgram {
  const [program = '', ...args] = options.argv;
  const { TMUX, TMUX_PANE, ...env } = options.env;
  void [TMUX, TMUX_PANE];
  const pty = spawn(program, args, { cwd: options.cwd, cols: COLS, rows: ROWS, name: 'xterm-256color', env });
  // Without a listener, node-pty throws when it reads from a terminal whose program has just ended.
  (pty as unknown as { on(event: 'error', listener: () => void): void }).on('error', () => undefined);
  pty.onData((text) => options.onData(text));
  pty.onExit(({ exitCode, signal }) =>
    options.onExit(signal === undefined || signal === 0 ? exitCode : null),
  );
  return {
    write: (text) => pty.write(text),
    kill() {
      try {
        pty.kill('SIGKILL');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has just ended
      }
    },
  };
}
