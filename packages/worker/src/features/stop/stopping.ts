import type { Agent, LiveSession } from '../../agents/agent';
import { isAtWork, isLive, type Session } from '../../sessions/model';
import { PanesError, type Panes } from '../../terminal/panes';

/** How long an agent may take to show that it was interrupted, ms, before the keys are pressed again. */
export const STOP_PATIENCE_MS = 2_500;

/** The time between two looks for evidence, ms. */
export const STOP_LOOK_MS = 100;

/** How often the keys are pressed before the user is told that they have no effect. */
const PRESSES = 2;

/** The sessions that can be interrupted. */
export interface InterruptibleSessions {
  get(id: string): Session | undefined;
  agentOf(session: Session): Pick<Agent, 'interrupt'>;
  /** What the agent itself reports about the session in the window; null if it reports nothing. */
  discover(session: Session): Promise<LiveSession | null>;
  /** Whether a prompt is on its way into the session, of which it may show nothing yet. */
  isArriving(id: string): boolean;
  /** The agent reports that it is idle, but no record has ended the turn. */
  settle(id: string): void;
}

export interface StoppingDeps {
  panes: Pick<Panes, 'type'>;
  sessions: InterruptibleSessions;
  now(): number;
}

/** The outcome of an interruption. */
export type StopOutcome =
  | { how: 'stopped' }
  /** There was nothing to stop. No key was pressed, because an idle agent would take it for something else. */
  | { how: 'idle' }
  /** The keys were pressed twice, and the agent is still working. */
  | { how: 'still-working' }
  /** The keys could not be pressed. */
  | { how: 'failed'; reason: string };

/**
 * Interrupts agents. A busy machine may lose a key, so only evidence counts: a record of the interruption, or the
 * agent's own report that it is idle.
 */
export interface Stopping {
  /** Interrupts the session's turn. A second call during an interruption joins the first. */
  interrupt(id: string): Promise<StopOutcome>;
  /** Gives up what is under way. */
  stop(): void;
}

interface StoppingState extends StoppingDeps {
  readonly running: Map<string, Promise<StopOutcome>>;
  isStopped: boolean;
}

export function createStopping(deps: StoppingDeps): Stopping {
  const state: StoppingState = { ...deps, running: new Map(), isStopped: false };
  return {
    interrupt: (id) => joinInterruption(state, id),
    stop() {
      state.isStopped = true;
    },
  };
}

function joinInterruption(state: StoppingState, id: string): Promise<StopOutcome> {
  const { running } = state;
  const active = running.get(id);
  if (active !== undefined) return active;
  const work = interrupt(state, id).finally(() => running.delete(id));
  running.set(id, work);
  return work;
}

async function interrupt(state: StoppingState, id: string): Promise<StopOutcome> {
  const { panes, sessions, now } = state;
  await arrived(state, id);
  const session = sessions.get(id);
  if (session === undefined || !isLive(session)) return { how: 'idle' };
  const isBusy = session.phase === 'dialog' || (await isWorking(state, session));
  if (isBusy === false || (await endsByItself(state, session))) return { how: 'idle' };
  for (let press = 0; press < PRESSES; press++) {
    const at = now();
    try {
      await panes.type(id, sessions.agentOf(session).interrupt());
    } catch (error) {
      if (!(error instanceof PanesError)) throw error;
      return { how: 'failed', reason: error.message };
    }
    // A program that reports nothing, such as a shell, gives no evidence to wait for.
    if (isBusy === null || (await hasStopped(state, session, at))) return { how: 'stopped' };
  }
  return { how: 'still-working' };
}

/**
 * Waits for what was written before, and for the agent to show that it works on that: a phone that is back on the network
 * sends a message and the wish to stop it in one moment. Where nothing shows it in time, what the agent does show decides.
 */
async function arrived(state: StoppingState, id: string): Promise<void> {
  const { sessions } = state;
  let wasArriving = false;
  for (let looks = STOP_PATIENCE_MS / STOP_LOOK_MS; looks > 0 && !state.isStopped; looks--) {
    const session = sessions.get(id);
    if (session === undefined || canBeStopped(session)) return;
    const isArriving = sessions.isArriving(id);
    if (!isArriving && (!wasArriving || (await showsTurn(state, session)))) return;
    wasArriving ||= isArriving;
    await new Promise((resolve) => setTimeout(resolve, STOP_LOOK_MS));
  }
}

/** Whether a session that has a new prompt shows its turn, or will never show one. */
async function showsTurn(state: StoppingState, session: Session): Promise<boolean> {
  return session.card.answered === undefined && (await isWorking(state, session)) !== false;
}

function canBeStopped(session: Session): boolean {
  return isAtWork(session) || session.phase === 'dialog';
}

/** How long a turn whose answer is shown may take to end, ms, before it is interrupted: its last records come late. */
const END_MS = 2_000;

/** Whether the turn, whose answer the user has, ends now: keys would then reach an idle agent. */
async function endsByItself(state: StoppingState, session: Session): Promise<boolean> {
  const { sessions } = state;
  if (session.card.answered === undefined) return false;
  for (let looks = END_MS / STOP_LOOK_MS; looks > 0 && !state.isStopped; looks--) {
    const current = sessions.get(session.id);
    if (current === undefined || !isLive(current) || hasMovedOn(session, current)) return true;
    await new Promise((resolve) => setTimeout(resolve, STOP_LOOK_MS));
  }
  return false;
}

/** Null if the agent reports nothing. A prompt that was just typed may have left no record yet. */
async function isWorking({ sessions }: StoppingState, session: Session): Promise<boolean | null> {
  if (session.card.phase === 'working' || isAtWork(session)) return true;
  const status = (await sessions.discover(session))?.status;
  return status === undefined ? null : status !== 'idle';
}

/** Waits for evidence that what `session` was doing has stopped. `at`: when the keys were pressed, ms since the epoch. */
async function hasStopped(state: StoppingState, session: Session, at: number): Promise<boolean> {
  const { sessions } = state;
  // Counts looks, because the clock may be set back meanwhile.
  for (let looks = STOP_PATIENCE_MS / STOP_LOOK_MS; looks > 0 && !state.isStopped; looks--) {
    const current = sessions.get(session.id);
    if (current === undefined || !isLive(current) || hasMovedOn(session, current)) return true;
    const live = await sessions.discover(current);
    if (live?.status === 'idle' && (live.statusAt ?? at) >= at) {
      sessions.settle(session.id);
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, STOP_LOOK_MS));
  }
  return state.isStopped;
}

function hasMovedOn(before: Session, current: Session): boolean {
  if (current.card.turn !== before.card.turn) return true;
  if (before.card.phase === 'working' && current.card.phase !== 'working') return true;
  return before.phase === 'dialog' && current.phase !== 'dialog';
}
