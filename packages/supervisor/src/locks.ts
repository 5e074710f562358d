import { fault } from '@ccbot/shared/faults/fault';
import { acquireLock, type Lock } from '@ccbot/shared/lock/flock';
import type { Holder } from '@ccbot/shared/lock/holder';
import { holderText } from '@ccbot/shared/lock/holder-text';
import type { InstanceLocks } from '@ccbot/shared/lock/instance';
import { acquireTokenLock, acquireTokenPart, tokenLockOf } from '@ccbot/shared/lock/token';
import { prepareTokenLocks, type TokenLockPaths } from '@ccbot/shared/lock/token-paths';
import type { UntimedEvent } from './runner';

/** Maintains the held locks. */
export interface Locks {
  /** The descriptors to pass to the worker. */
  fds(): number[];
  /** Checks that the files still exist, and takes a replaced one again. Null: nothing changed. */
  check(): UntimedEvent | null;
  /** Switches to the lock of another token. Returns the reason if that fails. */
  changeToken(paths: TokenLockPaths): string | null;
  /** Why one of the two locks of the token is not held; empty: both are. */
  missing(): string;
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
    fds: () => locksOf(state.held).map(({ fd }) => fd),
    check: () => check(state),
    missing: () => state.held.token.missing,
    changeToken(paths) {
      if (paths.own === state.held.token.paths.own) return null;
      const next = acquireTokenLock(paths, holder);
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

/** The lock of the directory is first: the worker adopts that one. */
function locksOf({ directory, token }: InstanceLocks): Lock[] {
  return [directory, ...token.parts];
}

function check(state: LocksState): UntimedEvent | null {
  let renewed = false;
  const touch = state.checks++ % TOUCH_EVERY === 0;
  for (const lock of locksOf(state.held)) {
    if (lock.check() === 'held') {
      if (touch) lock.touch();
      continue;
    }
    const result = renew(state, lock);
    if (result === null) continue;
    if (!('lock' in result)) return result;
    state.held = withRenewed(state.held, lock, result.lock);
    renewed = true;
    state.hasComplained = false;
  }
  return renewed ? { type: 'lock.renewed' } : null;
}

function withRenewed({ directory, token }: InstanceLocks, lost: Lock, renewed: Lock): InstanceLocks {
  const parts = token.parts.map((part) => (part === lost ? renewed : part));
  return {
    directory: directory === lost ? renewed : directory,
    token: tokenLockOf(token.paths, parts, token.missing),
  };
}

/** Takes a replaced lock again. Null if neither we nor another process can take it. */
function renew(state: LocksState, lock: Lock): { lock: Lock } | UntimedEvent | null {
  const { paths } = state.held.token;
  state.prepare();
  const unusable = prepareTokenLocks(paths)[lock.path === paths.own ? 'own' : 'shared'];
  if (lock !== state.held.directory && unusable !== undefined) {
    // Another user took the directory's name meanwhile: what is in it, a lock too, says nothing, and we create nothing there.
    complainOnce(state, unusable);
    return null;
  }
  const again =
    lock === state.held.directory
      ? acquireLock(lock.path, state.holder)
      : acquireTokenPart(lock.path, paths, state.holder);
  if (again.ok) {
    lock.release();
    return { lock: again.lock };
  }
  if (again.fault.code === 'LOCK_HELD') {
    const { what } = fault('LOCK_LOST', { path: lock.path, holder: holderText(again.holder ?? null) });
    return { type: 'lock.lost', text: what };
  }
  // Nobody can take it now, for example because the directory is gone. What we hold still counts.
  complainOnce(state, again.fault.what);
  return null;
}

function complainOnce(state: LocksState, text: string): void {
  if (!state.hasComplained) state.complain(text);
  state.hasComplained = true;
}
