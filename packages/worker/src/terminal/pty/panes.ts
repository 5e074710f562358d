import type { Capture } from '../model';
import type { Panes } from '../panes';
import { typeInTurn } from '../signals';
import { createTurns } from '../turns';
import { playKeys } from './play';
import { checkRunning, windowOf, type PtyOptions, type PtyState } from './state';
import { closeWindow, openWindow } from './window';

/** Windows on ptys of our own, for systems without tmux. They end with the worker. */
export function createPtyPanes(options: PtyOptions): Panes {
  const state: PtyState = {
    options,
    windows: new Map(),
    turns: createTurns(),
    closings: createTurns(),
    listener: () => undefined,
    isRunning: false,
    count: 0,
  };
  return {
    kind: 'pty',
    async start(listener) {
      state.listener = listener;
      state.isRunning = true;
    },
    async list() {
      checkRunning(state);
      return [...state.windows.values()].map((window) => ({ ...window.pane }));
    },
    async open(request) {
      await state.closings.over(request.session);
      return openWindow(state, request);
    },
    type: (session, keys, mark, as) =>
      typeInTurn(state.turns, session, keys, async () => playKeys(windowOf(state, session), keys, mark, as)),
    screen: (session) => readScreen(state, session),
    capture: (session) => captureScreen(state, session),
    watch: (session, on) => watchOutput(state, session, on),
    close: (session) =>
      state.closings.take(session, async () => closeWindow(state, windowOf(state, session))),
    stop: () => stop(state),
  };
}

async function readScreen(state: PtyState, session: string): Promise<string[]> {
  const window = windowOf(state, session);
  window.isDirty = false;
  return window.screen.rows();
}

async function captureScreen(state: PtyState, session: string): Promise<Capture> {
  const window = windowOf(state, session);
  window.isDirty = false;
  return window.screen.capture();
}

async function watchOutput(state: PtyState, session: string, on: boolean): Promise<void> {
  const window = windowOf(state, session);
  if (window.isWatched === on) return;
  window.isWatched = on;
  window.isDirty = on;
  // What the window printed before counts as output: nobody was told about it.
  if (on) state.listener({ type: 'output', session });
}

async function stop(state: PtyState): Promise<void> {
  state.isRunning = false;
  state.listener = () => undefined;
  await Promise.all([...state.windows.values()].map((window) => closeWindow(state, window)));
  await state.turns.idle();
}
