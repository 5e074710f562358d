import { spawn, type IPty } from 'node-pty';
import { Terminal } from '@xterm/headless';
import { PanesError, type Keystroke, type Panes, type PanesEvent, type PaneState } from '../panes';

export interface PtyOptions {
  /** The environment of every program, without secrets. */
  env: NodeJS.ProcessEnv;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** The size of a window that nobody looks at; the same as tmux's here. */
const COLS = 120;
const ROWS = 40;

/** A program that is asked to end is killed after this long, ms. */
const END_MS = 3_000;

interface Window {
  state: PaneState;
  pty: IPty;
  screen: Terminal;
  watched: boolean;
  dirty: boolean;
  /** What is being typed; the next waits for it. */
  queue: Promise<unknown>;
}

/** Windows on ptys of our own, where tmux is not installed: they live as long as the worker. */
export function createPtyPanes(options: PtyOptions): Panes {
  const windows = new Map<string, Window>();
  let listener: (event: PanesEvent) => void = () => undefined;
  let count = 0;

  function windowOf(session: string): Window {
    const window = windows.get(session);
    if (window === undefined) {
      throw new PanesError('no-such-session', `no window carries the session ${session}`);
    }
    return window;
  }

  async function play(window: Window, keys: readonly Keystroke[]): Promise<void> {
    if (window.state.dead) throw new PanesError('refused', 'the program has ended');
    for (const key of keys) {
      if (key.kind === 'pause') await new Promise((resolve) => setTimeout(resolve, key.ms));
      else window.pty.write(bytesOf(key, window.screen.modes.bracketedPasteMode));
    }
  }

  function printed(window: Window, data: string): void {
    window.screen.write(data, () => {
      if (!window.watched || window.dirty) return;
      window.dirty = true;
      listener({ type: 'output', session: window.state.session });
    });
  }

  return {
    kind: 'pty',
    start(hear) {
      listener = hear;
      return Promise.resolve();
    },
    list: () => Promise.resolve([...windows.values()].map((w) => ({ ...w.state }))),
    open(request) {
      const [program = '', ...args] = request.argv;
      let pty: IPty;
      try {
        pty = spawn(program, args, {
          cwd: request.cwd,
          cols: COLS,
          rows: ROWS,
          name: 'xterm-256color',
          env: { ...options.env, ...request.env } as Record<string, string>,
        });
      } catch (error) {
        return Promise.reject(new PanesError('spawn-failed', String(error)));
      }
      const state: PaneState = {
        session: request.session,
        pane: `pty${++count}`,
        window: '',
        pid: pty.pid,
        dead: false,
        exitStatus: null,
      };
      const screen = new Terminal({ cols: COLS, rows: ROWS, scrollback: 0, allowProposedApi: true });
      const window: Window = { state, pty, screen, watched: false, dirty: false, queue: Promise.resolve() };
      windows.set(request.session, window);
      // The program asks its terminal questions (where is the cursor?) and waits for the answers.
      screen.onData((answer) => pty.write(answer));
      pty.onData((data) => printed(window, data));
      pty.onExit(({ exitCode, signal }) => {
        const exitStatus = signal === undefined || signal === 0 ? exitCode : null;
        window.state = { ...window.state, dead: true, exitStatus };
        if (windows.get(request.session) !== window) return;
        // Behind what is still being put on the screen.
        screen.write('', () => listener({ type: 'died', session: request.session, exitStatus }));
      });
      return Promise.resolve({ ...state });
    },
    async type(session, keys) {
      const window = windowOf(session);
      const mine = window.queue.then(
        () => play(window, keys),
        () => play(window, keys),
      );
      window.queue = mine.catch(() => undefined); // told to this caller
      return mine;
    },
    async screen(session) {
      const window = windowOf(session);
      await new Promise<void>((resolve) => window.screen.write('', resolve));
      window.dirty = false;
      const { active } = window.screen.buffer;
      return Array.from({ length: ROWS }, (_, row) =>
        (active.getLine(active.baseY + row)?.translateToString(true) ?? '').trimEnd(),
      );
    },
    watch(session, on) {
      const window = windowOf(session);
      if (window.watched === on) return Promise.resolve();
      window.watched = on;
      window.dirty = on;
      // What was printed before nobody was told of: it counts as output.
      if (on) listener({ type: 'output', session });
      return Promise.resolve();
    },
    close(session) {
      const window = windowOf(session);
      windows.delete(session);
      return end(window);
    },
    async stop() {
      const all = [...windows.values()];
      windows.clear();
      await Promise.all(all.map(end));
    },
  };
}

/** Ends a window's program: asked first, then killed. */
function end(window: Window): Promise<void> {
  if (window.state.dead) {
    window.screen.dispose();
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const kill = setTimeout(() => window.pty.kill('SIGKILL'), END_MS);
    window.pty.onExit(() => {
      clearTimeout(kill);
      window.screen.dispose();
      resolve();
    });
    window.pty.kill('SIGHUP');
  });
}

/** The keys that are more than a letter, as a terminal sends them. */
const KEYS: Readonly<Record<string, string>> = {
  Enter: '\r',
  Escape: '\u001b',
  Tab: '\t',
  Space: ' ',
  BSpace: '\u007f',
  Up: '\u001b[A',
  Down: '\u001b[B',
  Right: '\u001b[C',
  Left: '\u001b[D',
};

function bytesOf(key: Exclude<Keystroke, { kind: 'pause' }>, bracketed: boolean): string {
  switch (key.kind) {
    case 'text':
      return key.text;
    case 'paste':
      return bracketed ? `\u001b[200~${key.text}\u001b[201~` : key.text;
    case 'key': {
      const control = /^C-([a-z])$/.exec(key.key)?.[1];
      if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) - 96);
      return KEYS[key.key] ?? key.key;
    }
  }
}
