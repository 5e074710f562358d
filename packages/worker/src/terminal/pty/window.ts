import type { IPty } from 'node-pty';
import { withUsualCoreDumps } from '@ccbot/shared/core-dumps/filter';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { knownProcess } from '@ccbot/shared/processes/known-process';
import { waitForEnd } from '../ending';
import { PanesError, type OpenRequest, type PaneState } from '../model';
import { checkStartable } from '../startable';
import { COLS, createScreen, ROWS } from './screen';
import { checkRunning, type PtyOptions, type PtyState, type PtyWindow } from './state';
import { spawn } from './spawn';
import { createPtyWriter } from './writer';

/** What node-pty has besides its typings. */
interface PtyInternals {
  /** The descriptor of the terminal, non-blocking; node-pty closes it. */
  readonly fd: number;
  /** `close`: the descriptor is closed. `error`: a read failed; node-pty throws it if nobody listens. */
  on(event: 'close' | 'error', listener: (error?: Error) => void): void;
}

/** Opens a terminal for a session and starts its program. */
export async function openWindow(state: PtyState, request: OpenRequest): Promise<PaneState> {
  checkRunning(state);
  await checkStartable(request);
  checkRunning(state);
  const { session } = request;
  if (state.windows.has(session)) {
    throw new PanesError('refused', `session ${session} already has a window`);
  }
  const window = createWindow(state, request);
  state.windows.set(session, window);
  listen(state, window);
  return { ...window.pane };
}

/** Closes a terminal and resolves when its program is gone. */
export async function closeWindow(state: PtyState, window: PtyWindow): Promise<void> {
  state.windows.delete(window.pane.session);
  if (!window.pane.dead) {
    const program = knownProcess(window.pane.pid);
    window.pty.kill('SIGHUP');
    await waitForEnd(program);
    await window.gone;
  }
  window.writer.close();
  window.screen.dispose();
}

function createWindow(state: PtyState, request: OpenRequest): PtyWindow {
  const { options } = state;
  const pty = spawnProgram(options, request);
  const writer = createPtyWriter(internalsOf(pty).fd);
  const pane: PaneState = {
    session: request.session,
    pane: `pty${++state.count}`,
    window: '',
    pid: pty.pid,
    dead: false,
    exitStatus: null,
  };
  if (request.note !== undefined) pane.note = request.note;
  const screen = createScreen((reply) => {
    writer.write(reply).catch((error: unknown) => {
      // A program that has ended does not read the answer.
      options.log('info', 'terminal answer not delivered', { reason: reasonOf(error) });
    });
  });
  const gone = new Promise<void>((resolve) => pty.onExit(() => resolve()));
  return { pane, pty, writer, screen, isWatched: false, isDirty: false, gone };
}

function spawnProgram(options: PtyOptions, request: OpenRequest): IPty {
  const [program = '', ...args] = request.argv;
  try {
    return withUsualCoreDumps(() =>
      spawn(program, args, {
        cwd: request.cwd,
        cols: COLS,
        rows: ROWS,
        name: 'xterm-256color',
        env: { ...options.env, ...request.env },
      }),
    );
  } catch (error) {
    throw new PanesError('spawn-failed', reasonOf(error));
  }
}

function listen(state: PtyState, window: PtyWindow): void {
  const { pty, writer } = window;
  const internals = internalsOf(pty);
  internals.on('close', () => writer.close());
  internals.on('error', (error) => {
    state.options.log('info', 'pty read failed', { reason: reasonOf(error) });
  });
  pty.onData((data) => onPrinted(state, window, data));
  pty.onExit(({ exitCode, signal }) => onExit(state, window, exitCode, signal));
}

function onPrinted(state: PtyState, window: PtyWindow, data: string): void {
  window.screen.print(data, () => {
    if (!window.isWatched || window.isDirty) return;
    window.isDirty = true;
    state.listener({ type: 'output', session: window.pane.session });
  });
}

function onExit(state: PtyState, window: PtyWindow, exitCode: number, signal: number | undefined): void {
  const { session } = window.pane;
  const exitStatus = signal === undefined || signal === 0 ? exitCode : null;
  window.pane = { ...window.pane, dead: true, exitStatus };
  // Reported once everything printed before is on the screen.
  window.screen.print('', () => {
    if (state.windows.get(session) === window) state.listener({ type: 'died', session, exitStatus });
  });
}

function internalsOf(pty: IPty): PtyInternals {
  return pty as unknown as PtyInternals;
}
