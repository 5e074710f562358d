import { fchmodSync } from 'node:fs';
import { fault } from '../faults/fault';
import { acquireLock, readHolder, type Acquired, type Lock } from './flock';
import type { Holder } from './holder';
import { holderText } from './holder-text';
import { heldByOtherUser } from './other-users';
import { waitForLock, waitUntilFree, type Wait } from './wait';

/** The paths of an instance's two locks. */
export interface LockPaths {
  /** The lock of its `CCBOT_DIR`. */
  lock: string;
  /** The lock of its bot's token, shared by all `CCBOT_DIR`s of this user. */
  tokenLock: string;
}

export interface InstanceLocks {
  directory: Lock;
  token: Lock;
}

export type InstanceAcquired = { ok: true; locks: InstanceLocks } | Extract<Acquired, { ok: false }>;

/** Takes both locks or neither, without waiting. */
export function acquireInstance(paths: LockPaths, holder: Holder): InstanceAcquired {
  const directory = acquireLock(paths.lock, holder);
  if (!directory.ok) return directory;
  const token = acquireTokenLock(paths.tokenLock, holder);
  if (token.ok) return { ok: true, locks: { directory: directory.lock, token: token.lock } };
  directory.lock.release();
  return token;
}

/** Takes the lock of a token unless it is held for another `CCBOT_DIR` or by another user of this machine. */
export function acquireTokenLock(path: string, holder: Holder): Acquired {
  const token = acquireLock(path, holder);
  if (!token.ok) return sameToken(token, path, 'It serves the same bot token under another CCBOT_DIR.');
  const other = announce(token.lock);
  if (other === null) return token;
  token.lock.release({ remove: true });
  return heldElsewhere(other);
}

/** The longest random pause between tries when two users wait for each other, ms. */
const AGAIN_MS = 250;

/** Waits in the kernel until both locks are ours. Every process takes them in this order, so there is no deadlock. */
export async function waitForInstance(
  paths: LockPaths,
  holder: Holder,
  wait: Wait,
): Promise<InstanceAcquired> {
  const directory = await waitForLock(paths.lock, holder, wait);
  if (!directory.ok) return directory;
  for (;;) {
    // Both locks usually have the same holder, so this one is free now and we save a waiting process.
    const immediate = acquireLock(paths.tokenLock, holder);
    const token = immediate.ok ? immediate : await waitForLock(paths.tokenLock, holder, wait);
    const other = token.ok ? announce(token.lock) : null;
    if (token.ok && other === null) {
      return { ok: true, locks: { directory: directory.lock, token: token.lock } };
    }
    if (token.ok) token.lock.release({ remove: true });
    if (other !== null && !wait.giveUp.aborted) {
      // Our own token lock is released by now: the other user may be waiting for it.
      await waitUntilFree(other, wait);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * AGAIN_MS));
      continue;
    }
    directory.lock.release();
    return token.ok ? heldElsewhere(other ?? paths.tokenLock) : token;
  }
}

/** Makes this lock visible to other users. Returns the path of the lock that another user holds, if any. */
function announce(lock: Lock): string | null {
  fchmodSync(lock.fd, 0o644);
  return heldByOtherUser(lock.path);
}

function heldElsewhere(path: string): Extract<Acquired, { ok: false }> {
  const reason = 'It serves the same bot token for another user of this machine.';
  return { ok: false, fault: fault('LOCK_HELD', { path, holder: holderText(readHolder(path)), reason }) };
}

function sameToken(
  token: Extract<Acquired, { ok: false }>,
  path: string,
  reason: string,
): Extract<Acquired, { ok: false }> {
  if (token.fault.code !== 'LOCK_HELD') return token;
  const holder = holderText(token.holder ?? null);
  return { ...token, fault: fault('LOCK_HELD', { path, holder, reason }) };
}
