import { fault } from '../faults/fault';
import { acquireLock, type Acquired, type Lock } from './flock';
import type { Holder } from './holder';
import { holderText } from './holder-text';
import { waitForLock, type Wait } from './wait';

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
  const token = acquireLock(paths.tokenLock, holder);
  if (token.ok) return { ok: true, locks: { directory: directory.lock, token: token.lock } };
  directory.lock.release();
  return { ok: false, fault: sameToken(token, paths) };
}

/** Waits in the kernel until both locks are ours. Always in this order, so that two that wait cannot wait for each other. */
export async function waitForInstance(
  paths: LockPaths,
  holder: Holder,
  wait: Wait,
): Promise<InstanceAcquired> {
  const directory = await waitForLock(paths.lock, holder, wait);
  if (!directory.ok) return directory;
  const token = await waitForLock(paths.tokenLock, holder, wait);
  if (token.ok) return { ok: true, locks: { directory: directory.lock, token: token.lock } };
  directory.lock.release();
  return token;
}

function sameToken(token: Extract<Acquired, { ok: false }>, paths: LockPaths) {
  if (token.fault.code !== 'LOCK_HELD') return token.fault;
  return fault('LOCK_HELD', {
    path: paths.tokenLock,
    holder: holderText(token.holder ?? null),
    reason: 'It serves the same bot token under another CCBOT_DIR.',
  });
}
