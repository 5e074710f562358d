import { processStartTime } from '@ccbot/shared/lock/holder';

/** How long a program that was told to exit may take before we kill it, ms. */
export const END_GRACE_MS = 2_000;

/** How often we check whether the program is gone, ms. */
const CHECK_MS = 25;

/**
 * Waits until a process is gone; kills it after `graceMs`. An agent that outlives its window would keep writing the
 * transcript that the next agent resumes. Leaves another process that got the same number alone.
 */
export async function waitForEnd(pid: number, graceMs = END_GRACE_MS): Promise<void> {
  const started = processStartTime(pid);
  const isAlive = (): boolean => signal(pid, 0) && processStartTime(pid) === started;
  for (let waited = 0; isAlive(); waited += CHECK_MS) {
    if (waited >= graceMs && waited < graceMs + CHECK_MS) signal(pid, 'SIGKILL');
    if (waited > 2 * graceMs) return; // stuck in the kernel: we can do nothing more
    await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
  }
}

/** Sends a signal; false if there is no such process, or it belongs to another user. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  if (pid <= 1) return false;
  try {
    return process.kill(pid, name);
  } catch {
    return false; // ESRCH: it is gone; EPERM: another user's process has the number now
  }
}
