import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** `prlimit` that takes longer has failed, ms. */
const CALL_MS = 2_000;

/**
 * Sets the soft limit of this process's core dumps to 0; programs that it starts inherit it. The user can still raise it
 * in a shell. Node.js cannot call setrlimit(2), so util-linux's `prlimit` does it. Without `prlimit`, as with BusyBox, or
 * on other systems, the limit stays as it is. Never rejects.
 */
export function limitCoreDumps(): Promise<void> {
  if (process.platform !== 'linux' || isLimited()) return Promise.resolve();
  return new Promise((resolve) => {
    const args = ['--core=0:', '--pid', String(process.pid)];
    execFile('prlimit', args, { timeout: CALL_MS }, () => resolve());
  });
}

/** Usually it is: most systems start with 0. */
function isLimited(): boolean {
  try {
    return /^Max core file size\s+0\s/m.test(readFileSync('/proc/self/limits', 'utf8'));
  } catch {
    return false; // /proc is not mounted
  }
}
