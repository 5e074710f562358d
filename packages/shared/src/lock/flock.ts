import {
  closeSync,
  fstatSync,
  ftruncateSync,
  futimesSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
  constants,
} from 'node:fs';
import { flockSync } from 'fs-ext';
import { fault, reasonOf, type Fault } from '../faults/fault';
import { parseHolder, type Holder } from './holder';
import { holderText } from './holder-text';

/** A lock that this process holds, alone or together with the process it shares the descriptor with. */
export interface Lock {
  readonly path: string;
  /** The descriptor to hand to a child; close-on-exec in this process. */
  readonly fd: number;
  /** Whether the file at the path still is the one that is locked. */
  check(): 'held' | 'replaced';
  /** Marks the file as in use, so that a cleaner of temporary directories leaves it alone. */
  touch(): void;
  /**
   * Lets go; the kernel does it too, at the process's end. With `remove` the file goes as well: who waits for it
   * notices that it is no longer there and makes a new one.
   */
  release(how?: { remove: boolean }): void;
}

/** A lock, or why there is none; `holder` when another process has it and left its name. */
export type Acquired = { ok: true; lock: Lock } | { ok: false; fault: Fault; holder?: Holder };

/** How often a lock file replaced between opening and locking is tried again. */
export const TRIES = 10;

/**
 * Takes the exclusive lock at once, or says who holds it. The kernel frees a flock with the last descriptor of
 * its holder, so that there is never a stale one to sweep.
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
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EAGAIN' || code === 'EWOULDBLOCK') return heldBySomebody(path);
      return { ok: false, fault: fault('LOCK_FAILED', { path, reason: reasonOf(error) }) };
    }
    const lock = take(path, fd, holder);
    if (lock !== null) return { ok: true, lock };
  }
  return { ok: false, fault: fault('LOCK_FAILED', { path, reason: 'the file is replaced again and again' }) };
}

/**
 * Takes over a descriptor inherited from the supervisor, which holds the lock through the same open file: locking
 * it again succeeds for the sharer and fails for everybody else.
 */
export function adoptLock(path: string, fd: number): Acquired {
  try {
    flockSync(fd, 'exnb');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EAGAIN' || code === 'EWOULDBLOCK') return heldBySomebody(path);
    return { ok: false, fault: fault('LOCK_FAILED', { path, reason: reasonOf(error) }) };
  }
  const lock = lockOf(path, fd);
  if (lock.check() === 'held') return { ok: true, lock };
  return { ok: false, fault: fault('LOCK_LOST', { path, holder: holderText(readHolder(path)) }) };
}

/** Who the lock file names; null when it names nobody. That somebody is named does not mean that the lock is held. */
export function readHolder(path: string): Holder | null {
  try {
    return parseHolder(readFileSync(path, 'utf8').slice(0, HOLDER_MAX));
  } catch {
    return null; // no file, or not ours to read: nobody is named
  }
}

/** A holder's line is far shorter, characters. */
const HOLDER_MAX = 10_000;

/** Opens a lock's file, made when it is not there. */
export function openLockFile(path: string): number {
  // Node opens close-on-exec: no tmux server, agent or other descendant inherits the lock.
  return openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
}

/** The refusal that names the holder. */
export function heldBySomebody(path: string): Extract<Acquired, { ok: false }> {
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

/** The lock on a freshly locked descriptor; null (and closed) when the path meanwhile leads to another file. */
export function take(path: string, fd: number, holder: Holder): Lock | null {
  const lock = lockOf(path, fd);
  if (lock.check() === 'replaced') {
    closeSync(fd);
    return null;
  }
  try {
    ftruncateSync(fd, 0);
    writeSync(fd, `${JSON.stringify(holder)}\n`, 0);
  } catch {
    // A full disk: the lock holds without its text, and whoever is refused is told that no name was left.
  }
  return lock;
}

function lockOf(path: string, fd: number): Lock {
  return {
    path,
    fd,
    check() {
      try {
        const mine = fstatSync(fd);
        const there = statSync(path);
        return mine.dev === there.dev && mine.ino === there.ino ? 'held' : 'replaced';
      } catch {
        return 'replaced'; // the file is gone from its path
      }
    },
    touch() {
      const now = new Date();
      try {
        futimesSync(fd, now, now);
      } catch {
        // A read-only or full disk: the lock itself stands, and the file is looked for again anyway.
      }
    },
    release({ remove } = { remove: false }) {
      if (remove && this.check() === 'held') rmSync(path, { force: true });
      closeSync(fd);
    },
  };
}
