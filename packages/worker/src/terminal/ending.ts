import { processStartTime } from '@ccbot/shared/lock/holder';

/** A program that is asked to end has this long, ms, until it is killed. */
export const END_GRACE_MS = 2_000;

/** Between two looks whether a program that was asked to end is gone, ms. */
const LOOK_MS = 25;

/**
 * Waits until a process is gone; kills it when it is still there after `graceMs`. An agent that outlives its window
 * would go on writing the transcript that the next one resumes. Another process that gets its number meanwhile is left
 * alone.
 */
export async function waitForEnd(pid: number, graceMs = END_GRACE_MS): Promise<void> {
  const started = processStartTime(pid);
  const lives = (): boolean => signal(pid, 0) && processStartTime(pid) === started;
  for (let waited = 0; lives(); waited += LOOK_MS) {
    if (waited >= graceMs && waited < graceMs + LOOK_MS) signal(pid, 'SIGKILL');
    if (waited > 2 * graceMs) return; // stuck in the kernel: nothing more can be done from here
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Sends a signal; false when there is no such process, or none of ours. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  if (pid <= 1) return false;
  try {
    return process.kill(pid, name);
  } catch {
    return false; // ESRCH: it is gone; EPERM: the pid belongs to somebody else by now
  }
}
