import { isRunning, signalProcess, type KnownProcess } from '@ccbot/shared/processes/known-process';

/** How long a program that was told to exit may take before we kill it, ms. */
export const END_GRACE_MS = 2_000;

/** How often we check whether the program is gone, ms. */
const CHECK_MS = 25;

/**
 * Waits until a process is gone; kills it after `graceMs`. An agent that outlives its window would keep writing the
 * transcript that the next agent resumes. `program` must be known from before it was told to exit: another process may
 * get the number meanwhile.
 */
export async function waitForEnd(program: KnownProcess, graceMs = END_GRACE_MS): Promise<void> {
  for (let waited = 0; isRunning(program); waited += CHECK_MS) {
    if (waited >= graceMs && waited < graceMs + CHECK_MS) signalProcess(program, 'SIGKILL');
    if (waited > 2 * graceMs) return; // stuck in the kernel: we can do nothing more
    await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
  }
}
