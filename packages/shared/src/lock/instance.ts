import { acquireLock, type Acquired, type Lock } from './flock';
import type { Holder } from './holder';
import { acquireTokenLock, heldElsewhere, waitForTokenLock, type TokenLock } from './token';
import type { TokenLockPaths } from './token-paths';
import { waitForLock, waitUntilFree, type Wait } from './wait';

/** The paths of an instance's locks. */
export interface LockPaths {
  /** The lock of its `CCBOT_DIR`. */
  lock: string;
  /** The locks of its bot's token. */
  token: TokenLockPaths;
}

export interface InstanceLocks {
  directory: Lock;
  token: TokenLock;
}

export type InstanceAcquired = { ok: true; locks: InstanceLocks } | Extract<Acquired, { ok: false }>;

/** Takes all locks or none, without waiting. */
export function acquireInstance(paths: LockPaths, holder: Holder): InstanceAcquired {
  const directory = acquireLock(paths.lock, holder);
  if (!directory.ok) return directory;
  const token = acquireTokenLock(paths.token, holder);
  if (token.ok) return { ok: true, locks: { directory: directory.lock, token: token.lock } };
  directory.lock.release();
  return token;
}

/** The longest random pause between tries when two users wait for each other, ms. */
const AGAIN_MS = 250;

/** Waits in the kernel until all locks are ours. Every process takes them in this order, so there is no deadlock. */
export async function waitForInstance(
  paths: LockPaths,
  holder: Holder,
  wait: Wait,
): Promise<InstanceAcquired> {
  const directory = await waitForLock(paths.lock, holder, wait);
  if (!directory.ok) return directory;
  for (;;) {
    const token = await waitForTokenLock(paths.token, holder, wait);
    if (token.ok) return { ok: true, locks: { directory: directory.lock, token: token.lock } };
    if ('other' in token && !wait.giveUp.aborted) {
      // Our own token locks are released by now: the other user may be waiting for them.
      await waitUntilFree(token.other, wait);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * AGAIN_MS));
      continue;
    }
    directory.lock.release();
    return 'other' in token ? heldElsewhere(token.other) : token;
  }
}
