import { keyBytes, unknownKey } from './keys';
import {
  PanesError,
  type Keystroke,
  type OpenRequest,
  type Panes,
  type PanesEvent,
  type PaneState,
} from './panes';
import type { Stray, Strays } from './strays';
import { createTurns } from './turns';

interface Window {
  request: OpenRequest;
  state: PaneState;
  received: string;
  screen: string[];
  watched: boolean;
  dirty: boolean;
}

/** Windows without a terminal: they record what is done to them, and a test says what happens in them. */
export interface PanesRecorder extends Panes {
  /** Every window that was opened, oldest first. */
  readonly opened: readonly OpenRequest[];
  /** Every sequence of keystrokes that was typed, oldest first. */
  readonly typed: readonly { session: string; keys: readonly Keystroke[] }[];
  /** Sessions whose window was closed, oldest first. */
  readonly closed: readonly string[];
  /** Sessions whose window was let go, oldest first. */
  readonly untied: readonly string[];
  /** What the program of a window has read, as an agent with bracketed paste on reads it. */
  received(session: string): string;
  isWatched(session: string): boolean;
  /** Puts rows on the screen of a window, as its program would. */
  show(session: string, rows: readonly string[]): void;
  /** Ends the program of a window. */
  die(session: string, exitStatus: number | null): void;
  /** Closes a window as a person at the desk does. */
  closeAtDesk(session: string): void;
  /** Takes the server away; with `keep` its windows are there again after `comeUp`. */
  goDown(reason: string, keep?: 'keep'): void;
  comeUp(): void;
  /** Somebody at the desk opens a window. */
  openAtDesk(stray: Stray): void;
  /** Makes the next call of an operation fail. */
  failNext(operation: 'open' | 'type' | 'screen' | 'capture' | 'close', error: PanesError): void;
}

/** Makes a recorder without windows. Pauses between keystrokes are recorded, not waited for. */
export function createPanesRecorder(kind: Panes['kind'] = 'tmux'): PanesRecorder {
  const windows = new Map<string, Window>();
  const opened: OpenRequest[] = [];
  const typed: { session: string; keys: readonly Keystroke[] }[] = [];
  const closed: string[] = [];
  const failures = new Map<string, PanesError>();
  const untied: string[] = [];
  const atDesk = new Map<string, Stray>();
  const turns = createTurns();
  let listener: (event: PanesEvent) => void = () => undefined;
  let down: string | null = 'not started';
  let count = 0;

  function windowOf(session: string): Window {
    if (down !== null) throw new PanesError('server-down', down);
    const window = windows.get(session);
    if (window !== undefined) return window;
    throw new PanesError('no-such-session', `no window carries the session ${session}`);
  }

  function failing(operation: string): void {
    const error = failures.get(operation);
    failures.delete(operation);
    if (error !== undefined) throw error;
  }

  function bytesOf(key: Keystroke): string {
    switch (key.kind) {
      case 'text':
        return key.text;
      case 'paste':
        return key.text === '' ? '' : `\u001b[200~${key.text}\u001b[201~`;
      case 'key':
        return keyBytes(key.key) ?? '';
      case 'pause':
        return '';
    }
  }

  function strayOf(id: string): Stray {
    const stray = atDesk.get(id);
    if (stray === undefined)
      throw new PanesError('no-such-session', `there is no pane ${id} without a session`);
    return stray;
  }

  const strays: Strays = {
    list: async () => [...atDesk.values()],
    async tie(id, session, note) {
      const { pane, pid, dead, window, cwd } = strayOf(id);
      const state: PaneState = { session, window, pane, pid, dead, exitStatus: null, note, adopted: true };
      const request = { session, name: window, cwd, argv: [], env: {} };
      atDesk.delete(id);
      windows.set(session, { request, state, received: '', screen: [], watched: false, dirty: false });
      return { ...state };
    },
    async untie(session) {
      windows.delete(session);
      untied.push(session);
    },
    async close(id) {
      strayOf(id);
      atDesk.delete(id);
    },
  };

  return {
    ...(kind === 'tmux' ? { strays } : {}),
    untied,
    openAtDesk: (stray) => void atDesk.set(stray.id, stray),
    kind,
    opened,
    typed,
    closed,
    start(hear) {
      listener = hear;
      down = null;
      return Promise.resolve();
    },
    async list() {
      if (down !== null) throw new PanesError('server-down', down);
      return [...windows.values()].map((window) => ({ ...window.state }));
    },
    async open(request) {
      if (down !== null) throw new PanesError('server-down', down);
      failing('open');
      if (windows.has(request.session)) {
        throw new PanesError('refused', `a window of the session ${request.session} is open already`);
      }
      const n = ++count;
      const pane = { pane: `%${n}`, window: kind === 'tmux' ? `@${n}` : '', pid: 1_000_000 + n };
      const state: PaneState = { session: request.session, ...pane, dead: false, exitStatus: null };
      if (request.note !== undefined) state.note = request.note;
      windows.set(request.session, {
        request,
        state,
        received: '',
        screen: [],
        watched: false,
        dirty: false,
      });
      opened.push(request);
      return { ...state };
    },
    type: (session, keys) =>
      turns.take(session, async () => {
        const window = windowOf(session);
        failing('type');
        if (window.state.dead) throw new PanesError('refused', 'the program has ended');
        const unknown = unknownKey(keys);
        if (unknown !== null) throw new PanesError('refused', `there is no key ${unknown}`);
        typed.push({ session, keys });
        window.received += keys.map(bytesOf).join('');
      }),
    async screen(session) {
      const window = windowOf(session);
      failing('screen');
      window.dirty = false;
      return window.screen.map((row) => row.trimEnd());
    },
    async capture(session) {
      const window = windowOf(session);
      const { screen } = window;
      failing('capture');
      window.dirty = false;
      return { cols: 120, rows: 40, lines: screen, cursor: null, alternate: false };
    },
    async watch(session, on) {
      const window = windowOf(session);
      if (window.watched === on) return;
      window.watched = on;
      window.dirty = on;
      if (on) listener({ type: 'output', session });
    },
    async close(session) {
      windowOf(session);
      failing('close');
      windows.delete(session);
      closed.push(session);
    },
    async stop() {
      await turns.idle();
      down = 'stopped';
      listener = () => undefined;
      if (kind === 'pty') windows.clear();
    },
    received: (session) => windowOf(session).received,
    isWatched: (session) => windowOf(session).watched,
    show(session, rows) {
      const window = windowOf(session);
      window.screen = [...rows];
      if (!window.watched || window.dirty) return;
      window.dirty = true;
      listener({ type: 'output', session });
    },
    die(session, exitStatus) {
      const window = windowOf(session);
      if (window.state.dead) return;
      window.state = { ...window.state, dead: true, exitStatus };
      listener({ type: 'died', session, exitStatus });
    },
    closeAtDesk(session) {
      windowOf(session);
      windows.delete(session);
      listener({ type: 'closed', session });
    },
    goDown(reason, keep) {
      down = reason;
      if (keep === undefined) windows.clear();
      for (const window of windows.values()) window.watched = false;
      listener({ type: 'down', reason });
    },
    comeUp() {
      down = null;
      listener({ type: 'up' });
    },
    failNext(operation, error) {
      failures.set(operation, error);
    },
  };
}
