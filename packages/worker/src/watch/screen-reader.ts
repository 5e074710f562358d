import type { Agent } from '../agents/agent';
import { PanesError, type Panes, type PanesEvent } from '../terminal/panes';
import { readShades, type ShadedScreen } from '../terminal/shade';
import { isLive, type Session } from '../sessions/model';
import type { SessionInput } from '../sessions/machine/model';
import { createDialogDetection } from './dialog-detection';

/** The least time between two looks at a printing screen, ms: an agent's spinner prints many times a second. */
export const LOOK_INTERVAL_MS = 1_000;

/** While an agent starts, the person waits for it: its screen is looked at this often, ms. */
export const START_LOOK_INTERVAL_MS = 100;

/** What the screenReader is given. */
export interface ScreenReaderDeps {
  panes: Panes;
  agentOf(session: Session): Agent;
  session(id: string): Session | undefined;
  dispatch(id: string, inputs: readonly SessionInput[]): void;
  /** Hears of every look at a session whose turn runs, as far as its records tell. */
  onWorking(id: string): void;
  /** Whether the agent of a session that was restored has come to rest, as it says itself: a big session compacts first. */
  atRest(session: Session): Promise<boolean>;
  now(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** What a look brought. */
export interface Look {
  session: Session | undefined;
  /** Without rows when the screen could not be read. */
  screen: ShadedScreen;
  /** Why it could not be read. */
  trouble?: string;
}

/** Looks at screens: when asked, and after output of a watched session, at a bounded rate. */
export interface ScreenReader {
  /** Looks now and dispatches what is seen; resolves with the session as it is then, and its screen where it could be read. */
  look(id: string): Promise<Look>;
  /** Calls `listener` after every reading that output of a session brought about. */
  listen(listener: (session: string) => void): void;
  /** Hears of output in a session. */
  onEvent(event: Extract<PanesEvent, { type: 'output' }>): void;
  release(id: string): void;
  stop(): void;
}

/** Makes the screenReader; it looks at nothing by itself. */
export function createScreenReader(deps: ScreenReaderDeps): ScreenReader {
  const timers = new Map<string, NodeJS.Timeout>();
  const lastLook = new Map<string, number>();
  const dialogDetection = createDialogDetection({ look: lookLater, now: () => deps.now() });
  const listeners: ((session: string) => void)[] = [];
  let stopped = false;

  async function look(id: string): Promise<Look> {
    const session = deps.session(id);
    let screen: ShadedScreen = { rows: [], firm: [] };
    let trouble: string | undefined;
    if (session === undefined || !isLive(session)) return { session, screen };
    lastLook.set(id, deps.now());
    try {
      screen = readShades((await deps.panes.capture(id)).lines);
      const { rows } = screen;
      let readiness = dialogDetection.judge(session, deps.agentOf(session).readiness(rows), rows);
      if (readiness === 'ready' && session.restoring === true && !(await deps.atRest(session))) {
        readiness = 'starting';
        lookAgain(id);
      }
      const working = session.card.phase === 'working';
      const writing = working ? deps.agentOf(session).writing?.(rows) : undefined;
      const told = { readiness, screen: rows, ...(writing === undefined ? {} : { writing }) };
      if (!stopped) deps.dispatch(id, [{ type: 'looked', at: deps.now(), ...told }]);
    } catch (error) {
      if (!(error instanceof PanesError)) throw error;
      // The window or the server is going away; its own event says so and decides.
      deps.log('info', 'a screen could not be read', { session: id, reason: error.reason });
      trouble = error.message;
    }
    const now = deps.session(id);
    if (now?.card.phase === 'working' && now.phase === 'ready') deps.onWorking(id);
    return { session: now, screen, ...(trouble === undefined ? {} : { trouble }) };
  }

  /** An agent that comes to rest need not print anything by that. */
  function lookAgain(id: string): void {
    if (stopped || timers.has(id)) return;
    const again = (): void => {
      timers.delete(id);
      lookLater(id);
    };
    timers.set(id, setTimeout(again, LOOK_INTERVAL_MS));
  }

  function lookLater(id: string): void {
    look(id).then(
      () => {
        for (const listener of listeners) listener(id);
      },
      (error: unknown) =>
        deps.log('error', 'looking at a screen failed', { session: id, error: String(error) }),
    );
  }

  return {
    look,
    listen: (listener) => void listeners.push(listener),
    onEvent({ session: id }) {
      const session = deps.session(id);
      if (stopped || session === undefined || timers.has(id)) return;
      const interval = session.phase === 'ready' ? LOOK_INTERVAL_MS : START_LOOK_INTERVAL_MS;
      // Never longer than that, even when the clock was set back meanwhile.
      const wait = Math.min(interval, Math.max(0, (lastLook.get(id) ?? 0) + interval - deps.now()));
      timers.set(
        id,
        setTimeout(() => {
          timers.delete(id);
          lookLater(id);
        }, wait),
      );
    },
    release(id) {
      clearTimeout(timers.get(id));
      timers.delete(id);
      lastLook.delete(id);
      dialogDetection.release(id);
    },
    stop() {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      dialogDetection.stop();
    },
  };
}
