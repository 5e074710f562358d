import type { Agent, LiveSession } from '../../agents/agent';
import { PanesError, type Panes } from '../../terminal/panes';
import { isAtWork, isLive, type Session } from '../../sessions/model';

/** How long an agent has to show that it was interrupted, ms, before the keys are pressed again, or it is told. */
export const STOP_PATIENCE_MS = 2_500;

/** How often it is looked for evidence meanwhile, ms. */
export const STOP_LOOK_MS = 100;

/** How often the keys are pressed before the person is told that they have no effect. */
const PRESSES = 2;

/** What stopping needs. */
export interface StoppingDeps {
  panes: Pick<Panes, 'type'>;
  agentOf(session: Session): Agent;
  session(id: string): Session | undefined;
  /** What the agent itself says of the session in the window, or null. */
  ask(session: Session): Promise<LiveSession | null>;
  /** The agent says that it is idle, but no record ended the turn. */
  settle(id: string): void;
  now(): number;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** How an interruption came out. */
export type Stopped =
  | { how: 'stopped' }
  /** There was nothing to stop; no key was pressed, as in an idle agent it would mean something else. */
  | { how: 'idle' }
  /** The keys were pressed twice, and the agent works on. */
  | { how: 'works-on' }
  /** The keys could not be pressed. */
  | { how: 'failed'; reason: string };

/** Interrupts agents, and makes sure that it had an effect. */
export interface Stopping {
  /** Interrupts the session's turn; while that is under way, a second call is the same one. */
  interrupt(id: string): Promise<Stopped>;
  /** Gives up what is under way. */
  stop(): void;
}

/**
 * Makes the stopping. A key may be swallowed, above all by a busy machine: what counts is evidence, a record of the
 * interruption or the agent's own word that it is idle, never that the key was pressed.
 */
export function createStopping(deps: StoppingDeps): Stopping {
  const running = new Map<string, Promise<Stopped>>();
  let stopped = false;

  async function interrupt(id: string): Promise<Stopped> {
    const session = deps.session(id);
    if (session === undefined || !isLive(session)) return { how: 'idle' };
    const busy = session.phase === 'dialog' || (await works(session));
    if (busy === false) return { how: 'idle' };
    for (let press = 0; press < PRESSES; press++) {
      const at = deps.now();
      try {
        await deps.panes.type(id, deps.agentOf(session).interrupt());
      } catch (error) {
        if (!(error instanceof PanesError)) throw error;
        return { how: 'failed', reason: error.message };
      }
      // Of what tells nothing there is no evidence to wait for, such as a shell.
      if (busy === null || (await hasStopped(session, at))) return { how: 'stopped' };
    }
    return { how: 'works-on' };
  }

  /** Whether there is something to stop; null: nobody can tell. A prompt that was just typed may have left no record yet. */
  async function works(session: Session): Promise<boolean | null> {
    if (isAtWork(session)) return true;
    const status = (await deps.ask(session))?.status;
    return status === undefined ? null : status !== 'idle';
  }

  /** Waits for evidence that what ran at `session` no longer does; the keys were pressed at `at`. */
  async function hasStopped(session: Session, at: number): Promise<boolean> {
    const { card } = session;
    // By looks, not by the clock: that may be set back meanwhile.
    for (let looks = STOP_PATIENCE_MS / STOP_LOOK_MS; looks > 0 && !stopped; looks--) {
      const now = deps.session(session.id);
      if (now === undefined || !isLive(now)) return true;
      if (now.card.turn !== card.turn || (card.phase === 'working' && now.card.phase !== 'working'))
        return true;
      if (session.phase === 'dialog' && now.phase !== 'dialog') return true;
      const live = await deps.ask(now);
      if (live?.status === 'idle' && (live.statusAt ?? at) >= at) {
        deps.settle(session.id);
        return true;
      }
      await new Promise((resolve) => setTimeout(resolve, STOP_LOOK_MS));
    }
    return stopped;
  }

  return {
    interrupt(id) {
      const under = running.get(id);
      if (under !== undefined) return under;
      const work = interrupt(id).finally(() => running.delete(id));
      running.set(id, work);
      return work;
    },
    stop() {
      stopped = true;
    },
  };
}
