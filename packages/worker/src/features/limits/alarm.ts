import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';

/**
 * The longest wait of a timer, ms. Timers stand still while the host sleeps and the clock does not, so the clock is
 * checked this often while something is due.
 */
export const CHECK_INTERVAL_MS = 60_000;

export interface AlarmDeps {
  /** When something is due next, ms since the epoch, as stored; undefined: nothing is. */
  nextDue(): number | undefined;
  runDue(at: number): void;
  now(): number;
  log: LogFn;
}

/** Wakes up when something stored is due. Without anything due, no timer runs. */
export interface Alarm {
  /** The next due time may have changed. */
  reschedule(): void;
  stop(): void;
}

interface AlarmState extends AlarmDeps {
  timer: NodeJS.Timeout | undefined;
  isStopped: boolean;
}

export function createAlarm(deps: AlarmDeps): Alarm {
  const state: AlarmState = { ...deps, timer: undefined, isStopped: false };
  return {
    reschedule: () => reschedule(state),
    stop() {
      state.isStopped = true;
      clearTimeout(state.timer);
    },
  };
}

function reschedule(state: AlarmState): void {
  clearTimeout(state.timer);
  state.timer = undefined;
  const due = state.isStopped ? undefined : state.nextDue();
  if (due === undefined) return;
  const delayMs = Math.min(CHECK_INTERVAL_MS, Math.max(0, due - state.now()));
  state.timer = setTimeout(() => wake(state), delayMs);
}

function wake(state: AlarmState): void {
  const at = state.now();
  try {
    if ((state.nextDue() ?? Infinity) <= at) state.runDue(at);
  } catch (error) {
    // For example a full disk: what is due stays due.
    state.log('error', 'due work failed', { error: reasonOf(error) });
    state.timer = state.isStopped ? undefined : setTimeout(() => wake(state), CHECK_INTERVAL_MS);
    return;
  }
  reschedule(state);
}
