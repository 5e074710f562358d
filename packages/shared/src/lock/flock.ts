import {
  closeSync,
  fstatSync,
  ftruncateSync,
  futimesSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
  constants,
} from 'node:fs';
import { fault, FaultError, reasonOf, type Fault } from '../faults/fault';
import { readForeignSync } from '../files/foreign-file-sync';
import { parseHolder, type Holder } from './holder';
import { flockSync } from './flock-call';
import { holderText } from './holder-text';

/** A lock held by this process, alone or together with a process that shares its descriptor. */
export interface Lock {
  readonly path: string;
  /** The descriptor to hand to a child; close-on-exec in this process. */
  readonly fd: number;
  /** Says whether the file at the path is still the locked one. */
  check(): 'held' | 'replaced';
  /** Updates the file's times, so that cleaners of temporary directories leave it alone. */
  touch(): void;
  /**
   * Releases the lock; the kernel also does so when the process ends. `remove` deletes the file as well: a waiting
   * process notices that it is gone and creates a new one.
   */
  release(how?: { remove: boolean }): void;
}

/** A lock, or the fault that prevented it; `holder` if another process holds it and left its name. */
export type Acquired = { ok: true; lock: Lock } | { ok: false; fault: Fault; holder?: Holder };

/** How often to retry when the lock file is replaced between opening and locking. */
export const TRIES = 10;

/**
 * Takes the exclusive lock without waiting, or names its holder. The kernel releases a flock with the last descriptor
 * of its holder, so stale locks cannot exist.
 */
export function acquireLock(path: string, holder: Holder): Acquired {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    let fd: number;
    try {
      fd = openLockFile(path);
    } catch (error) {
      return { ok: false, fault: fault('LOCK_FAILED', { path, reason: reasonOf(error) }) };
    }
    try {
      flockSync(fd, 'exnb');
    } catch (error) {
      closeSync(fd);
      return notLocked(path, error);
    }
    const lock = signLock(path, fd, holder);
    if (lock !== null) return { ok: true, lock };
  }
  return { ok: false, fault: fault('LOCK_FAILED', { path, reason: 'the file keeps being replaced' }) };
}

/**
 * Adopts a descriptor inherited from the supervisor, which holds the lock through the same open file. Locking it a
 * second time succeeds for a process that shares the open file, and fails for all others.
 */
export function adoptLock(path: string, fd: number): Acquired {
  try {
    flockSync(fd, 'exnb');
  } catch (error) {
    return notLocked(path, error);
  }
  const lock = lockOf(path, fd);
  if (lock.check() === 'held') return { ok: true, lock };
  return { ok: false, fault: fault('LOCK_LOST', { path, holder: holderText(readHolder(path)) }) };
}

function notLocked(path: string, error: unknown): Extract<Acquired, { ok: false }> {
  if (error instanceof FaultError) return { ok: false, fault: error.fault };
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EAGAIN' || code === 'EWOULDBLOCK') return lockHeld(path);
  return { ok: false, fault: fault('LOCK_FAILED', { path, reason: reasonOf(error) }) };
}

/** The holder named in the lock file, which may be another user's, or null. A name in the file does not mean that the lock is held. */
export function readHolder(path: string): Holder | null {
  try {
    return parseHolder(readForeignSync(path, 'lock'));
  } catch {
    return null; // no file, or not readable for us
  }
}

/** Opens a lock file and creates it if needed. */
export function openLockFile(path: string): number {
  // Node opens close-on-exec: no tmux server, agent or other descendant inherits the lock.
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new Error('it is no file'); // a pipe could be locked, but would hold no name
}

export function lockHeld(path: string): Extract<Acquired, { ok: false }> {
  const holder = readHolder(path);
  return {
    ok: false,
    fault: fault('LOCK_HELD', {
      path,
      holder: holderText(holder),
      reason: 'The kernel refused the exclusive lock.',
    }),
    ...(holder === null ? {} : { holder }),
  };
}

/** Writes the holder into a freshly locked file. Closes it and returns null if the path now leads to another file. */
export function signLock(path: string, fd: number, holder: Holder): Lock | null {
  const lock = lockOf(path, fd);
  if (lock.check() === 'replaced') {
    closeSync(fd);
    return null;
  }
  try {
    ftruncateSync(fd, 0);
    writeSync(fd, `${JSON.stringify(holder)}\n`, 0);
  } catch {
    // The disk is full. The lock works without the name; others then see that its holder left no name.
  }
  return lock;
}

function lockOf(path: string, fd: number): Lock {
  return {
    path,
    fd,
    check() {
      try {
        const locked = fstatSync(fd);
        const current = statSync(path);
        return locked.dev === current.dev && locked.ino === current.ino ? 'held' : 'replaced';
      } catch {
        return 'replaced'; // no file at the path
      }
    },
    touch() {
      const now = new Date();
      try {
        futimesSync(fd, now, now);
      } catch {
        // The disk is full or read-only. The lock still holds, and its file is checked regularly anyway.
      }
    },
    release({ remove } = { remove: false }) {
      if (remove && this.check() === 'held') rmSync(path, { force: true });
      closeSync(fd);
    },
  };
}
