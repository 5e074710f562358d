import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { Readiness } from '../agents/agent';
import type { AgentCatalog } from '../agents/catalog';
import type { Windows } from '../sessions/lifecycle/windows';
import { isLive, type Session } from '../sessions/model';
import type { Registry } from '../sessions/registry';
import { PanesError, type PanesEvent } from '../terminal/panes';
import { readShades, type ShadedScreen } from '../terminal/shade';
import { createDialogDetection, type DialogDetection } from './dialog-detection';
import type { IdleDetection } from './idle-detection';

/** The least time between two readings of a screen, ms: an agent's spinner prints many times a second. */
export const READ_INTERVAL_MS = 1_000;

/** The same while an agent starts, since the user waits for it. */
export const START_READ_INTERVAL_MS = 100;

export interface ScreenReaderDeps {
  windows: Pick<Windows, 'capture' | 'discover'>;
  agents: Pick<AgentCatalog, 'of'>;
  registry: Pick<Registry, 'get' | 'dispatch'>;
  idle: Pick<IdleDetection, 'check'>;
  now(): number;
  log: LogFn;
}

/** A screen as it was read. */
export interface ScreenReading {
  /** The session after the reading; undefined if there is none. */
  session: Session | undefined;
  /** Without rows if the screen could not be read. */
  screen: ShadedScreen;
  /** Why it could not be read. */
  trouble?: string;
}

/** Reads screens: when asked, and after output of a watched session, at a bounded rate. */
export interface ScreenReader {
  /** Reads the screen now and dispatches what it shows. */
  read(id: string): Promise<ScreenReading>;
  /** Calls `listener` after every reading that was not asked for. */
  listen(listener: (session: string) => void): void;
  /** The session has printed something. */
  onEvent(event: Extract<PanesEvent, { type: 'output' }>): void;
  release(id: string): void;
  stop(): void;
}

interface ScreenReaderState extends ScreenReaderDeps {
  /** The next reading of each session. */
  timers: Map<string, NodeJS.Timeout>;
  /** When each session was last read, ms since the epoch. */
  readAt: Map<string, number>;
  dialogs: DialogDetection;
  listeners: ((session: string) => void)[];
  isStopped: boolean;
}

export function createScreenReader(deps: ScreenReaderDeps): ScreenReader {
  const state: ScreenReaderState = {
    ...deps,
    timers: new Map(),
    readAt: new Map(),
    dialogs: createDialogDetection({ read: (id) => readUnasked(state, id), now: deps.now }),
    listeners: [],
    isStopped: false,
  };
  return {
    read: (id) => read(state, id),
    listen: (listener) => void state.listeners.push(listener),
    onEvent: ({ session }) => onOutput(state, session),
    release: (id) => release(state, id),
    stop: () => stop(state),
  };
}

async function read(state: ScreenReaderState, id: string): Promise<ScreenReading> {
  const { windows, registry, idle, readAt, now, log } = state;
  const session = registry.get(id);
  let screen: ShadedScreen = { rows: [], firm: [] };
  if (session === undefined || !isLive(session)) return { session, screen };
  readAt.set(id, now());
  let trouble: string | undefined;
  try {
    screen = readShades((await windows.capture(id)).lines);
    await dispatchScreen(state, session, screen.rows);
  } catch (error) {
    if (!(error instanceof PanesError)) throw error;
    // The window or the server is going away; its own event says so and decides.
    log('info', 'screen not read', { session: id, reason: error.reason });
    trouble = error.message;
  }
  const after = registry.get(id);
  if (after?.card.phase === 'working' && after.phase === 'ready') idle.check(id);
  return { session: after, screen, ...(trouble === undefined ? {} : { trouble }) };
}

async function dispatchScreen(
  state: ScreenReaderState,
  session: Session,
  rows: readonly string[],
): Promise<void> {
  const readiness = await readinessOf(state, session, rows);
  const isWorking = session.card.phase === 'working';
  const writing = isWorking ? state.agents.of(session).writing?.(rows) : undefined;
  if (state.isStopped) return;
  state.registry.dispatch(session.id, [
    {
      type: 'looked',
      at: state.now(),
      readiness,
      screen: rows,
      ...(writing === undefined ? {} : { writing }),
    },
  ]);
}

async function readinessOf(
  state: ScreenReaderState,
  session: Session,
  rows: readonly string[],
): Promise<Readiness> {
  const { windows, agents, dialogs } = state;
  const readiness = dialogs.judge(session, agents.of(session).readiness(rows), rows);
  if (readiness !== 'ready' || session.restoring !== true) return readiness;
  // A big session compacts after a restore; then the agent says that it is busy.
  if ((await windows.discover(session))?.status !== 'busy') return readiness;
  // An agent that comes to rest need not print anything.
  schedule(state, session.id, READ_INTERVAL_MS);
  return 'starting';
}

function onOutput(state: ScreenReaderState, id: string): void {
  const { registry, readAt, now } = state;
  const session = registry.get(id);
  if (session === undefined) return;
  const interval = session.phase === 'ready' ? READ_INTERVAL_MS : START_READ_INTERVAL_MS;
  // Never longer than the interval, even if the clock was set back.
  schedule(state, id, Math.min(interval, Math.max(0, (readAt.get(id) ?? 0) + interval - now())));
}

/** Reads the screen after this time, unless a reading is scheduled already. */
function schedule(state: ScreenReaderState, id: string, waitMs: number): void {
  const { timers } = state;
  if (state.isStopped || timers.has(id)) return;
  const timer = setTimeout(() => {
    timers.delete(id);
    readUnasked(state, id);
  }, waitMs);
  timers.set(id, timer);
}

function readUnasked(state: ScreenReaderState, id: string): void {
  read(state, id).then(
    () => {
      for (const listener of state.listeners) listener(id);
    },
    (error: unknown) => state.log('error', 'screen reading failed', { session: id, reason: reasonOf(error) }),
  );
}

function release({ timers, readAt, dialogs }: ScreenReaderState, id: string): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
  readAt.delete(id);
  dialogs.release(id);
}

function stop(state: ScreenReaderState): void {
  state.isStopped = true;
  for (const timer of state.timers.values()) clearTimeout(timer);
  state.timers.clear();
  state.dialogs.stop();
}
