import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import { idleUntil, purgeable } from '../../sessions/machine/archiving';
import { isLive, type Session } from '../../sessions/model';
import type { Registry } from '../../sessions/registry';
import type { Archiving } from './archiving';

/** The longest time between two checks, ms: a clock that jumps, or a computer that slept, is noticed within it. */
const CHECK_MS = 10 * 60_000;

export interface IdleDeps {
  registry: Registry;
  archiving: Archiving;
  limits: IdleLimits;
  /** Whether an idle session must stay: a message waits for it, or its agent reports that it works. */
  isNeeded(session: Session): Promise<boolean>;
  now(): number;
  log: LogFn;
}

export interface IdleLimits {
  /** How long a session may be idle before it is archived, ms; 0: for ever. */
  archiveAfterMs(): number;
  /** How long a session stays in the archive, ms. */
  keepMs: number;
}

/** Archives idle sessions, and forgets archived ones when their time is over. */
export interface IdleArchiving {
  start(): void;
  /** Checks now; resolves when everything that was due is done. */
  check(): Promise<void>;
  stop(): void;
}

interface IdleState extends IdleDeps {
  timer: NodeJS.Timeout | undefined;
  isStopped: boolean;
}

/** Checks nothing before `start`. */
export function createIdleArchiving(deps: IdleDeps): IdleArchiving {
  const state: IdleState = { ...deps, timer: undefined, isStopped: false };
  return {
    start: () => schedule(state, -Infinity),
    check: () => check(state),
    stop() {
      state.isStopped = true;
      clearTimeout(state.timer);
    },
  };
}

async function check({ registry, archiving, limits, isNeeded, ...deps }: IdleState): Promise<void> {
  const now = deps.now();
  registry.forget(purgeable(registry.all(), now, limits.keepMs).map(({ id }) => id));
  const afterMs = limits.archiveAfterMs();
  const isDue = (session: Session): boolean => (idleUntil(session, afterMs) ?? Infinity) <= now;
  for (const session of registry.live().filter(isDue)) {
    if (await isNeeded(session)) continue;
    // The user may have written to it while its agent was asked.
    const current = registry.get(session.id);
    if (current !== undefined && isLive(current) && isDue(current))
      await archiving.archive(current.id, 'idle');
  }
}

/** Checks when the next session is due. Those that were due before `since` and still live are needed: they can wait. */
function schedule(state: IdleState, since: number): void {
  if (state.isStopped) return;
  const { registry, limits, now, log } = state;
  const afterMs = limits.archiveAfterMs();
  const next = registry
    .live()
    .map((session) => idleUntil(session, afterMs) ?? Infinity)
    .filter((due) => due > since);
  const wait = Math.min(CHECK_MS, Math.max(1_000, Math.min(...next) - now()));
  state.timer = setTimeout(() => {
    check(state)
      .catch((error: unknown) => log('error', 'archive check failed', { reason: reasonOf(error) }))
      .finally(() => schedule(state, now()));
  }, wait);
  state.timer.unref();
}
