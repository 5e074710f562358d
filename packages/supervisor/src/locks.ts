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

/** `prepare` creates missing directories again. `complain` gets the reason if a missing file cannot be created. */
export function createLocks(
  held: InstanceLocks,
  holder: Holder,
  { prepare, complain }: { prepare(): void; complain(text: string): void },
): Locks {
  let locks = held;
  let checks = 0;
  let complained = false;

  /** Takes a replaced lock again. Null if neither we nor another process can take it. */
  function renew(lock: Lock): { lock: Lock } | UntimedEvent | null {
    prepare();
    const again = (lock === locks.token ? acquireTokenLock : acquireLock)(lock.path, holder);
    if (again.ok) {
      lock.release();
      return { lock: again.lock };
    }
    if (again.fault.code === 'LOCK_HELD') {
      const { what } = fault('LOCK_LOST', { path: lock.path, holder: holderText(again.holder ?? null) });
      return { type: 'lock.lost', text: what };
    }
    // Nobody can take it now, for example because the directory is gone. What we hold still counts.
    if (!complained) complain(again.fault.what);
    complained = true;
    return null;
  }

  return {
    fds: () => [locks.directory.fd, locks.token.fd],
    check() {
      let renewed = false;
      const touch = checks++ % TOUCH_EVERY === 0;
      for (const which of ['directory', 'token'] as const) {
        const lock = locks[which];
        if (lock.check() === 'held') {
          if (touch) lock.touch();
          continue;
        }
        const result = renew(lock);
        if (result === null) continue;
        if (!('lock' in result)) return result;
        locks = { ...locks, [which]: result.lock };
        renewed = true;
        complained = false;
      }
      return renewed ? { type: 'lock.renewed' } : null;
    },
    changeToken(path) {
      if (path === locks.token.path) return null;
      const next = acquireTokenLock(path, holder);
      if (!next.ok) return next.fault.what;
      locks.token.release({ remove: true });
      locks = { ...locks, token: next.lock };
      return null;
    },
    release() {
      locks.token.release({ remove: true });
      locks.directory.release();
    },
  };
}
