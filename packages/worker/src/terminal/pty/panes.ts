import { spawn, type IPty } from 'node-pty';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { waitForEnd } from '../ending';
import { keyBytes, unknownKey } from '../keys';
import { PanesError, type Keystroke, type Panes, type PanesEvent, type PaneState } from '../panes';
import { checkStartable } from '../startable';
import { createTurns } from '../turns';
import { COLS, createScreen, ROWS, type Screen } from './screen';
import { createPtyWriter, type PtyWriter } from './writer';

/** What windows on ptys are made from. */
export interface PtyOptions {
  /** The environment of every program, without secrets. */
  env: NodeJS.ProcessEnv;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** What node-pty has beside its typings. */
interface PtyInternals {
  /** The descriptor of the terminal, non-blocking; node-pty closes it. */
  readonly fd: number;
  /** `close`: the descriptor is closed. `error`: reading failed; without a listener it is thrown. */
  on(event: 'close' | 'error', listener: (error?: Error) => void): void;
}

interface Window {
  state: PaneState;
  pty: IPty;
  writer: PtyWriter;
  screen: Screen;
  watched: boolean;
  dirty: boolean;
  /** Resolves when the program has ended and node-pty has let go of the terminal. */
  gone: Promise<void>;
}

/** Windows on ptys of our own, where tmux is not installed: they live as long as the worker. */
export function createPtyPanes(options: PtyOptions): Panes {
  const windows = new Map<string, Window>();
  const turns = createTurns();
  let listener: (event: PanesEvent) => void = () => undefined;
  let running = false;
  let count = 0;

  function windowOf(session: string): Window {
    checkRunning();
    const window = windows.get(session);
    if (window !== undefined) return window;
    throw new PanesError('no-such-session', `no window carries the session ${session}`);
  }

  function checkRunning(): void {
    if (!running) throw new PanesError('server-down', 'the terminal is not started');
  }

  async function play(window: Window, keys: readonly Keystroke[]): Promise<void> {
    if (window.state.dead) throw new PanesError('refused', 'the program has ended');
    const unknown = unknownKey(keys);
    if (unknown !== null) throw new PanesError('refused', `there is no key ${unknown}`);
    await window.screen.settled(); // it says whether pastes go in brackets
    for (const key of keys) {
      if (key.kind === 'pause') await new Promise((resolve) => setTimeout(resolve, key.ms));
      else await window.writer.write(bytesOf(key, window.screen));
    }
  }

  function launch(request: Parameters<Panes['open']>[0]): IPty {
    const [program = '', ...args] = request.argv;
    try {
      return spawn(program, args, {
        cwd: request.cwd,
        cols: COLS,
        rows: ROWS,
        name: 'xterm-256color',
        env: { ...options.env, ...request.env },
      });
    } catch (error) {
      throw new PanesError('spawn-failed', reasonOf(error));
    }
  }

  function printed(window: Window, data: string): void {
    window.screen.print(data, () => {
      if (!window.watched || window.dirty) return;
      window.dirty = true;
      listener({ type: 'output', session: window.state.session });
    });
  }

  function ended(window: Window, exitCode: number, signal: number | undefined): void {
    const { session } = window.state;
    const exitStatus = signal === undefined || signal === 0 ? exitCode : null;
    window.state = { ...window.state, dead: true, exitStatus };
    // Behind what is still being put on the screen.
    window.screen.print('', () => {
      if (windows.get(session) === window) listener({ type: 'died', session, exitStatus });
    });
  }

  async function end(window: Window): Promise<void> {
    windows.delete(window.state.session);
    if (!window.state.dead) {
      window.pty.kill('SIGHUP');
      await waitForEnd(window.state.pid);
      await window.gone;
    }
    window.writer.close();
    window.screen.dispose();
  }

  return {
    kind: 'pty',
    async start(hear) {
      listener = hear;
      running = true;
    },
    async list() {
      checkRunning();
      return [...windows.values()].map((window) => ({ ...window.state }));
    },
    async open(request) {
      checkRunning();
      await checkStartable(request);
      checkRunning();
      const { session } = request;
      if (windows.has(session)) {
        throw new PanesError('refused', `a window of the session ${session} is open already`);
      }
      const pty = launch(request);
      const internals = pty as unknown as PtyInternals;
      const writer = createPtyWriter(internals.fd);
      const pane = { pane: `pty${++count}`, window: '', pid: pty.pid };
      const window: Window = {
        state: {
          session,
          ...pane,
          dead: false,
          exitStatus: null,
          ...(request.note === undefined ? {} : { note: request.note }),
        },
        pty,
        writer,
        screen: createScreen((reply) => {
          // A program that ended does not read the answer any more.
          writer.write(reply).catch((e: unknown) => options.log('info', 'pty', { reason: reasonOf(e) }));
        }),
        watched: false,
        dirty: false,
        gone: new Promise((resolve) => pty.onExit(() => resolve())),
      };
      windows.set(session, window);
      internals.on('close', () => writer.close());
      internals.on('error', (error) => options.log('info', 'a pty ended', { reason: reasonOf(error) }));
      pty.onData((data) => printed(window, data));
      pty.onExit(({ exitCode, signal }) => ended(window, exitCode, signal));
      return { ...window.state };
    },
    type: (session, keys) => turns.take(session, async () => play(windowOf(session), keys)),
    async screen(session) {
      const window = windowOf(session);
      window.dirty = false;
      return window.screen.rows();
    },
    async capture(session) {
      const window = windowOf(session);
      window.dirty = false;
      return window.screen.capture();
    },
    async watch(session, on) {
      const window = windowOf(session);
      if (window.watched === on) return;
      window.watched = on;
      window.dirty = on;
      // What was printed before nobody was told of: it counts as output.
      if (on) listener({ type: 'output', session });
    },
    close: async (session) => end(windowOf(session)),
    async stop() {
      running = false;
      listener = () => undefined;
      await Promise.all([...windows.values()].map(end));
      await turns.idle();
    },
  };
}

function bytesOf(key: Exclude<Keystroke, { kind: 'pause' }>, screen: Screen): string {
  switch (key.kind) {
    case 'text':
      return key.text;
    case 'paste':
      if (key.text === '' || !screen.bracketedPaste()) return key.text;
      return `\u001b[200~${key.text}\u001b[201~`;
    case 'key':
      return keyBytes(key.key, screen.applicationCursor()) ?? '';
  }
}
