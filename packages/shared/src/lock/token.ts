import { fchmodSync } from 'node:fs';
import { fault, type Fault } from '../faults/fault';
import { acquireLock, readHolder, type Acquired, type Lock } from './flock';
import type { Holder } from './holder';
import { holderText } from './holder-text';
import { heldByOtherUser } from './other-users';
import { prepareTokenLocks, type TokenLockPaths } from './token-paths';
import { waitForLock, type Wait } from './wait';

/** The held locks of a token: one or both of {@link TokenLockPaths}. */
export interface TokenLock {
  readonly paths: TokenLockPaths;
  readonly parts: readonly Lock[];
  /** Why one of the two is not held; empty: both are. */
  readonly missing: string;
  release(how?: { remove: boolean }): void;
}

export type TokenAcquired = { ok: true; lock: TokenLock } | Extract<Acquired, { ok: false }>;

/** As {@link TokenAcquired}; `other` is the path of the lock that another user of this machine holds. */
export type TokenAttempt = TokenAcquired | { ok: false; other: string };

/** Takes the locks of a token unless one is held for another `CCBOT_DIR` or by another user of this machine. */
export function acquireTokenLock(paths: TokenLockPaths, holder: Holder): TokenAcquired {
  const { usable, missing } = usableLocks(paths);
  const parts: Lock[] = [];
  for (const path of usable) {
    const acquired = acquireTokenPart(path, paths, holder);
    if (acquired.ok) {
      parts.push(acquired.lock);
      continue;
    }
    for (const part of parts) part.release({ remove: true });
    return acquired;
  }
  const other = parts.length === usable.length ? heldByOtherUser(paths.shared) : null;
  const lock = tokenLockOf(paths, parts, missing);
  if (other === null && parts.length > 0) return { ok: true, lock };
  lock.release({ remove: true });
  return other === null ? noneUsable(paths, missing) : heldElsewhere(other);
}

/** Takes one of the locks of a token, for example again after its file was deleted. */
export function acquireTokenPart(path: string, paths: TokenLockPaths, holder: Holder): Acquired {
  const acquired = acquireLock(path, holder);
  if (!acquired.ok) return sameToken(acquired, path);
  if (path === paths.shared) announce(acquired.lock);
  const other = heldByOtherUser(paths.shared);
  if (other === null) return acquired;
  acquired.lock.release({ remove: true });
  return heldElsewhere(other);
}

/** As {@link acquireTokenLock}, but waits in the kernel while another process of this user holds a lock. */
export async function waitForTokenLock(
  paths: TokenLockPaths,
  holder: Holder,
  wait: Wait,
): Promise<TokenAttempt> {
  const { usable, missing } = usableLocks(paths);
  if (usable.length === 0) return noneUsable(paths, missing);
  const parts: Lock[] = [];
  // Every process takes them in this order, so there is no deadlock.
  for (const path of usable) {
    // They usually have the same holder as the lock before them, so they are free now and we save a waiting process.
    const immediate = acquireLock(path, holder);
    const acquired = immediate.ok ? immediate : await waitForLock(path, holder, wait);
    if (!acquired.ok) {
      for (const part of parts) part.release({ remove: true });
      return acquired;
    }
    if (path === paths.shared) announce(acquired.lock);
    parts.push(acquired.lock);
  }
  const lock = tokenLockOf(paths, parts, missing);
  const other = heldByOtherUser(paths.shared);
  if (other === null) return { ok: true, lock };
  lock.release({ remove: true });
  return { ok: false, other };
}

export function tokenLockOf(paths: TokenLockPaths, parts: readonly Lock[], missing: string): TokenLock {
  return {
    paths,
    parts,
    missing,
    release(how) {
      // In reverse: whoever waits for the first one finds the second one free.
      for (const part of [...parts].reverse()) part.release(how);
    },
  };
}

export function heldElsewhere(path: string): Extract<Acquired, { ok: false }> {
  const reason = 'It serves the same bot token for another user of this machine.';
  return { ok: false, fault: fault('LOCK_HELD', { path, holder: holderText(readHolder(path)), reason }) };
}

function usableLocks(paths: TokenLockPaths): { usable: string[]; missing: string } {
  const against = prepareTokenLocks(paths);
  const usable = (['own', 'shared'] as const).filter((which) => against[which] === undefined);
  return { usable: usable.map((which) => paths[which]), missing: Object.values(against).join('; ') };
}

/** Makes this lock visible to other users. */
function announce(lock: Lock): void {
  fchmodSync(lock.fd, 0o644);
}

/** Neither the home nor the directory for temporary files will do: nothing would keep a second poller out. */
function noneUsable(paths: TokenLockPaths, reason: string): { ok: false; fault: Fault } {
  return { ok: false, fault: fault('TOKEN_LOCK_FAILED', { path: paths.own, shared: paths.shared, reason }) };
}

function sameToken(
  refused: Extract<Acquired, { ok: false }>,
  path: string,
): Extract<Acquired, { ok: false }> {
  if (refused.fault.code !== 'LOCK_HELD') return refused;
  const holder = holderText(refused.holder ?? null);
  const reason = 'It serves the same bot token under another CCBOT_DIR.';
  return { ...refused, fault: fault('LOCK_HELD', { path, holder, reason }) };
}
