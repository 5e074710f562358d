import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { FaultError, reasonOf } from '../faults/fault';
import { flockSync } from './flock-call';

/** What a lock file tells to somebody who does not want the lock. */
export type LockState =
  | { is: 'missing' | 'free' | 'held' }
  /** The addon that asks the kernel does not load. */
  | { is: 'unknown' }
  /** ccbot could not take it either. `why` follows the path in a sentence. */
  | { is: 'unusable'; why: string };

/**
 * Asks the kernel whether anybody holds a lock. For that it takes a shared lock for a moment, so it is for commands that a
 * user runs, and for nothing that runs again and again.
 */
export function probeLock(path: string): LockState {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { is: 'missing' };
    return { is: 'unusable', why: code === 'ELOOP' ? 'is a link' : `cannot be opened: ${reasonOf(error)}` };
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return { is: 'unusable', why: stat.isDirectory() ? 'is a directory' : 'is no file' };
    flockSync(fd, 'shnb');
    return { is: 'free' };
  } catch (error) {
    if (error instanceof FaultError) return { is: 'unknown' };
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN' || code === 'EWOULDBLOCK') return { is: 'held' };
    return { is: 'unusable', why: `cannot be locked: ${reasonOf(error)}` };
  } finally {
    closeSync(fd);
  }
}
