import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import { tickTogether, type Ticking } from '@ccbot/shared/together';
import type { Lifecycle } from '../sessions/lifecycle/lifecycle';
import { isLive, type Session } from '../sessions/model';
import type { Registry } from '../sessions/registry';
import { PanesError, type Panes, type PaneState } from '../terminal/panes';
import { reportAgentEnd } from './agent-end';

/** How long an agent whose window was closed may take to end, ms: it is told to, and saves its state. */
export const END_MS = 3_000;

/** How often we check meanwhile, ms. */
const END_CHECK_MS = 100;

/** How often we look for windows that cannot be found, and whether their agents still run, ms: no event reports either. */
const CHECK_MS = 2_000;

export interface AbsenceDeps {
  registry: Pick<Registry, 'get' | 'live' | 'dispatch'>;
  windows: Pick<Panes, 'list' | 'screen' | 'close'>;
  lifecycle: Pick<Lifecycle, 'running'>;
  now(): number;
  log: LogFn;
}

/**
 * Sessions whose windows the terminal no longer shows. A window that cannot be found says nothing about its agent: it may
 * be on another server, or have been taken away from a program that still runs. Only the end of its processes ends a session.
 */
export interface Absence {
  /** Waits until the session's agent has ended; false: it still runs, and the session is `missing` now. */
  hasEnded(session: Session): Promise<boolean>;
  /** The terminal reports that a session's window is gone. */
  onClosed(id: string): Promise<void>;
  /** Begins to look for missing windows; a second call does nothing. */
  start(): void;
  stop(): void;
}

interface AbsenceState extends AbsenceDeps {
  ticking: Ticking | undefined;
  isChecking: boolean;
  isStopped: boolean;
}

export function createAbsence(deps: AbsenceDeps): Absence {
  const state: AbsenceState = { ...deps, ticking: undefined, isChecking: false, isStopped: false };
  return {
    hasEnded: (session) => hasEnded(state, session),
    onClosed: (id) => onClosed(state, id),
    start() {
      if (state.isStopped) return;
      state.ticking ??= tickTogether(CHECK_MS, () => tick(state));
    },
    stop() {
      state.isStopped = true;
      state.ticking?.stop();
    },
  };
}

async function hasEnded(state: AbsenceState, { id }: Session): Promise<boolean> {
  const { registry, lifecycle, log, now } = state;
  for (let waited = 0; ; waited += END_CHECK_MS) {
    const session = registry.get(id);
    if (session === undefined || !isLive(session) || state.isStopped) return false;
    const processes = await lifecycle.running(session);
    if (processes.length === 0) return true;
    // After a restart it is known to be missing already.
    if (waited >= END_MS || session.missing !== undefined) {
      log('warn', 'window not found, agent still running', { session: id, processes });
      registry.dispatch(id, [{ type: 'missing', at: now(), processes }]);
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, END_CHECK_MS).unref());
  }
}

async function onClosed(state: AbsenceState, id: string): Promise<void> {
  const { registry, now } = state;
  const session = registry.get(id);
  if (session === undefined || !isLive(session) || !(await hasEnded(state, session))) return;
  registry.dispatch(id, [{ type: 'closed', at: now() }]);
}

function tick(state: AbsenceState): void {
  if (state.isChecking) return;
  state.isChecking = true;
  check(state)
    .catch((error: unknown) => {
      // An unanswered question says nothing: it is asked again.
      const level = error instanceof PanesError ? 'info' : 'error';
      state.log(level, 'missing windows not checked', { reason: reasonOf(error) });
    })
    .finally(() => (state.isChecking = false));
}

async function check(state: AbsenceState): Promise<void> {
  const missing = state.registry.live().filter((session) => session.missing !== undefined);
  if (missing.length === 0) return;
  const panes = new Map((await state.windows.list()).map((pane) => [pane.session, pane]));
  for (const session of missing) await checkSession(state, session, panes.get(session.id));
}

async function checkSession(
  state: AbsenceState,
  session: Session,
  pane: PaneState | undefined,
): Promise<void> {
  const { registry, lifecycle, log, now } = state;
  if (pane !== undefined && !pane.dead) {
    log('info', 'missing window found', { session: session.id, pane: pane.pane });
    return registry.dispatch(session.id, [{ type: 'opened', at: now() }]);
  }
  const processes = await lifecycle.running(session);
  if (registry.get(session.id)?.missing === undefined || state.isStopped) return;
  if (processes.length > 0) return registry.dispatch(session.id, [{ type: 'missing', at: now(), processes }]);
  if (pane !== undefined) return reportAgentEnd({ ...state, hasEnded: async () => true }, session.id, pane);
  registry.dispatch(session.id, [{ type: 'closed', at: now() }]);
}
