import { fchmodSync } from 'node:fs';
import { fault } from '../faults/fault';
import { acquireLock, readHolder, type Acquired, type Lock } from './flock';
import type { Holder } from './holder';
import { holderText } from './holder-text';
import { heldByOtherUser } from './other-users';
import { waitForLock, waitUntilFree, type Wait } from './wait';

/** Where the two locks of one running ccbot are: that of its `CCBOT_DIR`, and that of its bot's token. */
export interface LockPaths {
  lock: string;
  /** Shared by all `CCBOT_DIR`s of this user. */
  tokenLock: string;
}

/** Both locks. */
export interface InstanceLocks {
  directory: Lock;
  token: Lock;
}

/** Both locks, or why not. */
export type InstanceAcquired = { ok: true; locks: InstanceLocks } | Extract<Acquired, { ok: false }>;

/** Takes both locks at once, or neither. */
export function acquireInstance(paths: LockPaths, holder: Holder): InstanceAcquired {
  const directory = acquireLock(paths.lock, holder);
  if (!directory.ok) return directory;
  const token = acquireTokenLock(paths.tokenLock, holder);
  if (token.ok) return { ok: true, locks: { directory: directory.lock, token: token.lock } };
  directory.lock.release();
  return token;
}

/** Takes the lock of a token, unless somebody has it: another `CCBOT_DIR`, or another user of this machine. */
export function acquireTokenLock(path: string, holder: Holder): Acquired {
  const token = acquireLock(path, holder);
  if (!token.ok) return sameToken(token, path, 'It serves the same bot token under another CCBOT_DIR.');
  const other = shown(token.lock);
  if (other === null) return token;
  token.lock.release({ remove: true });
  return heldElsewhere(other);
}

/** The longest pause before two that wait for each other look again, ms. */
const AGAIN_MS = 250;

/** Waits in the kernel until both locks are ours. Always in this order, so that two that wait cannot wait for each other. */
export async function waitForInstance(
  paths: LockPaths,
  holder: Holder,
  wait: Wait,
): Promise<InstanceAcquired> {
  const directory = await waitForLock(paths.lock, holder, wait);
  if (!directory.ok) return directory;
  for (;;) {
    // Free in most cases, as both locks have the same holder: a process that waits takes its time to start.
    const now = acquireLock(paths.tokenLock, holder);
    const token = now.ok ? now : await waitForLock(paths.tokenLock, holder, wait);
    const other = token.ok ? shown(token.lock) : null;
    if (token.ok && other === null) {
      return { ok: true, locks: { directory: directory.lock, token: token.lock } };
    }
    if (token.ok) token.lock.release({ remove: true });
    if (other !== null && !wait.giveUp.aborted) {
      // Not with our own lock held: the other user may be waiting for that.
      await waitUntilFree(other, wait);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * AGAIN_MS));
      continue;
    }
    directory.lock.release();
    return token.ok ? heldElsewhere(other ?? paths.tokenLock) : token;
  }
}

/** Lets other users see that this lock is held; returns the one that one of them holds, if any. */
function shown(lock: Lock): string | null {
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
