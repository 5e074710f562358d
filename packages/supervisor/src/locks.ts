import { fault } from '@ccbot/shared/faults/fault';
import { acquireLock, type Lock } from '@ccbot/shared/lock/flock';
import { acquireTokenLock, type InstanceLocks } from '@ccbot/shared/lock/instance';
import type { Holder } from '@ccbot/shared/lock/holder';
import { holderText } from '@ccbot/shared/lock/holder-text';
import type { UntimedEvent } from './runner';

/** Maintains the held locks. */
export interface Locks {
  /** The descriptors to pass to the worker. */
  fds(): number[];
  /** Checks that the files still exist, and takes a replaced one again. Null: nothing changed. */
  check(): UntimedEvent | null;
  /** Switches to the lock of another token. Returns the reason if that fails. */
  changeToken(path: string): string | null;
  release(): void;
}

/** The locks' files are touched at every 720th check, about once an hour. */
const TOUCH_EVERY = 720;

interface LocksState {
  held: InstanceLocks;
  readonly holder: Holder;
  readonly prepare: () => void;
  readonly complain: (text: string) => void;
  checks: number;
  hasComplained: boolean;
}

/** `prepare` creates missing directories again. `complain` gets the reason if a missing file cannot be created. */
export function createLocks(
  held: InstanceLocks,
  holder: Holder,
  { prepare, complain }: { prepare(): void; complain(text: string): void },
): Locks {
  const state: LocksState = { held, holder, prepare, complain, checks: 0, hasComplained: false };
  return {
    fds: () => [state.held.directory.fd, state.held.token.fd],
    check: () => check(state),
    changeToken(path) {
      if (path === state.held.token.path) return null;
      const next = acquireTokenLock(path, holder);
      if (!next.ok) return next.fault.what;
      state.held.token.release({ remove: true });
      state.held = { ...state.held, token: next.lock };
      return null;
    },
    release() {
      state.held.token.release({ remove: true });
      state.held.directory.release();
    },
  };
}

function check(state: LocksState): UntimedEvent | null {
  let renewed = false;
  const touch = state.checks++ % TOUCH_EVERY === 0;
  for (const which of ['directory', 'token'] as const) {
    const lock = state.held[which];
    if (lock.check() === 'held') {
      if (touch) lock.touch();
      continue;
    }
    const result = renew(state, lock);
    if (result === null) continue;
    if (!('lock' in result)) return result;
    state.held = { ...state.held, [which]: result.lock };
    renewed = true;
    state.hasComplained = false;
  }
  return renewed ? { type: 'lock.renewed' } : null;
}

/** Takes a replaced lock again. Null if neither we nor another process can take it. */
function renew(state: LocksState, lock: Lock): { lock: Lock } | UntimedEvent | null {
  state.prepare();
  const acquire = lock === state.held.token ? acquireTokenLock : acquireLock;
  const again = acquire(lock.path, state.holder);
  if (again.ok) {
    lock.release();
    return { lock: again.lock };
  }
  if (again.fault.code === 'LOCK_HELD') {
    const { what } = fault('LOCK_LOST', { path: lock.path, holder: holderText(again.holder ?? null) });
    return { type: 'lock.lost', text: what };
  }
  // Nobody can take it now, for example because the directory is gone. What we hold still counts.
  if (!state.hasComplained) state.complain(again.fault.what);
  state.hasComplained = true;
  return null;
}
