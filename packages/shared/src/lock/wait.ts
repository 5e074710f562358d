import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fault, reasonOf } from '../faults/fault';
import { lockHeld, openLockFile, signLock, TRIES, type Acquired } from './flock';
import type { Holder } from './holder';
import { openOthersLock } from './other-users';

export interface Wait {
  /** Ends the wait; the result is then the fault `LOCK_HELD`. */
  giveUp: AbortSignal;
  /** Words in front of the waiting program's command, such as `setpriv --pdeathsig KILL`. */
  prefix: readonly string[];
}

/**
 * Waits for the lock in the kernel and gets it the moment the holder is gone. A child process waits on our open file,
 * so the lock it gets is ours. A waiting thread would not do: it cannot be interrupted and would keep us from exiting.
 */
export async function waitForLock(path: string, holder: Holder, wait: Wait): Promise<Acquired> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    let fd: number;
    try {
      fd = openLockFile(path);
    } catch (error) {
      return { ok: false, fault: fault('LOCK_FAILED', { path, reason: reasonOf(error) }) };
    }
    const reason = await waitOn(fd, wait);
    if (reason !== null) {
      closeSync(fd);
      if (wait.giveUp.aborted) return lockHeld(path);
      return { ok: false, fault: fault('LOCK_FAILED', { path, reason }) };
    }
    const lock = signLock(path, fd, holder);
    if (lock !== null) return { ok: true, lock };
  }
  return { ok: false, fault: fault('LOCK_FAILED', { path, reason: 'the file keeps being replaced' }) };
}

/** Waits in the kernel until another user's lock is free or its file is gone. Does not keep the lock. */
export async function waitUntilFree(path: string, wait: Wait): Promise<void> {
  const fd = openOthersLock(path);
  if (fd === null) return;
  try {
    await waitOn(fd, wait);
  } finally {
    closeSync(fd);
  }
}

/** Returns null once the descriptor is locked, otherwise the reason why it is not. */
function waitOn(fd: number, { giveUp, prefix }: Wait): Promise<string | null> {
  const addon = JSON.stringify(createRequire(__filename).resolve('fs-ext'));
  const words = [...prefix, process.execPath, '-e', `require(${addon}).flockSync(3, 'ex')`];
  return new Promise((resolve) => {
    if (giveUp.aborted) return resolve('gave up waiting');
    const child = spawn(words[0] ?? process.execPath, words.slice(1), {
      stdio: ['ignore', 'ignore', 'ignore', fd],
    });
    const stop = (): void => void child.kill('SIGKILL');
    giveUp.addEventListener('abort', stop, { once: true });
    const done = (reason: string | null): void => {
      giveUp.removeEventListener('abort', stop);
      resolve(reason);
    };
    child.once('error', (error) => done(reasonOf(error)));
    child.once('exit', (code, signal) =>
      done(code === 0 ? null : `the waiting process exited: ${signal ?? code}`),
    );
  });
}
