import { fault } from '@ccbot/shared/faults/fault';
import { acquireLock, type Lock } from '@ccbot/shared/lock/flock';
import { acquireTokenLock, type InstanceLocks } from '@ccbot/shared/lock/instance';
import type { Holder } from '@ccbot/shared/lock/holder';
import { holderText } from '@ccbot/shared/lock/holder-text';
import type { News } from './runner';

/** The held locks, looked after. */
export interface Locks {
  /** The descriptors that the worker gets. */
  fds(): number[];
  /** Looks whether the files are still there; takes a replaced one again. Null: all is as it was. */
  check(): News | null;
  /** Changes to another token's lock; returns why not, or null. */
  changeToken(path: string): string | null;
  release(): void;
}

/** How often a held lock's file is marked as in use, in checks: about once an hour. */
const TOUCH_EVERY = 720;

/**
 * Looks after the locks. `prepare` makes the directories anew where they were removed as well; `complain` is told
 * of a file that can neither be found nor made.
 */
export function createLocks(
  held: InstanceLocks,
  holder: Holder,
  { prepare, complain }: { prepare(): void; complain(text: string): void },
): Locks {
  let locks = held;
  let checks = 0;
  let complained = false;

  /** The lock again; null when another has it or nobody can have it. */
  function renew(lock: Lock): { lock: Lock } | News | null {
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
    // Neither we nor anybody else can have it, such as when the directory is gone: what we hold still counts.
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
