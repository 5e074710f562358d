import { spawn } from 'node-pty';

/** A program on a terminal of its own, without a window. */
export interface PtyProgram {
  write(text: string): void;
  kill(): void;
}

/** What is run, and who hears of it. */
export interface PtyProgramOptions {
  argv: readonly string[];
  cwd: string;
  /** Without TMUX: some programs refuse to open a browser there, or talk to the person's tmux. */
  env: NodeJS.ProcessEnv;
  onData(text: string): void;
  /** `status`: the exit code; null when a signal ended it. */
  onExit(status: number | null): void;
}

/** So wide that no link wraps. */
const COLS = 1_000;
const ROWS = 40;

/** Runs a program on a terminal of its own. Throws when it cannot be started. */
export function runOnPty(options: PtyProgramOptions): PtyProgram {
  const [program = '', ...args] = options.argv;
  const { TMUX, TMUX_PANE, ...env } = options.env;
  void [TMUX, TMUX_PANE];
  const pty = spawn(program, args, { cwd: options.cwd, cols: COLS, rows: ROWS, name: 'xterm-256color', env });
  // node-pty throws what nobody listens for: a terminal whose program just ended.
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
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it ended just now
      }
    },
  };
}
