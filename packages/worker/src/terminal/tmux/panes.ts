import type { Panes } from '../panes';
import type { Strays } from '../strays';
import { typeInTurn } from '../signals';
import { createTurns } from '../turns';
import { learnWindows } from './changes';
import { closeWindow } from './closing';
import { startTmux, stopTmux } from './connecting';
import { createLink } from './link';
import { openWindow } from './opening';
import { watchOutput } from './output';
import { playKeys } from './play';
import { markOf } from './typing';
import { listPanesUntilClear } from './query';
import { captureScreen, readScreen } from './screen';
import type { KnownServer } from './server-memory';
import { checkRunning, type TmuxOptions, type TmuxState } from './state';
import { createTmuxStrays } from './strays';

/** The windows on one tmux server. */
export interface TmuxPanes extends Panes {
  readonly strays: Strays;
  /** Whether a session has a window here, as last seen. */
  has(session: string): boolean;
  /** The server that it is, or was last, connected to. */
  server(): KnownServer | undefined;
}

/** The windows on one tmux server, over one control-mode client. */
export function createTmuxPanes(options: TmuxOptions): TmuxPanes {
  const state: TmuxState = {
    options,
    server: undefined,
    home: '',
    linked: new Set(),
    link: createLink(options.log),
    deathSignal: Promise.resolve([]),
    turns: createTurns(),
    closings: createTurns(),
    listener: () => undefined,
    isRunning: false,
    hasEndedLeftOver: false,
    windows: new Map(),
    listings: 0,
    left: new Map(),
    output: { watched: new Set(), dirty: new Set(), paused: new Set() },
    fitting: { isRunning: false, again: false, timer: undefined },
    comparison: undefined,
  };
  return {
    kind: 'tmux',
    has: (session) => state.windows.has(session),
    server: () => state.server,
    strays: createTmuxStrays(state),
    start: (listener) => startTmux(state, listener),
    async list() {
      checkRunning(state);
      const listing = await listPanesUntilClear(state);
      await learnWindows(state, listing);
      return [...listing.tied.values()];
    },
    open: (request) =>
      state.turns.take(request.session, async () => {
        await state.closings.over(request.session);
        return openWindow(state, request);
      }),
    type: (session, keys, mark, as) =>
      typeInTurn(state.turns, session, keys, () => playKeys(state, session, keys, markOf(mark, as))),
    screen: (session) => readScreen(state, session),
    capture: (session) => captureScreen(state, session),
    watch: (session, on) => watchOutput(state, session, on),
    close: (session) => state.closings.take(session, () => closeWindow(state, session)),
    stop: () => stopTmux(state),
  };
}
