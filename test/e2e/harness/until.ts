import { PATIENCE_MS } from '@ccbot/sandbox/patience';

/** Interval at which a condition is checked, ms. */
const CHECK_MS = 50;

/**
 * Resolves when the condition is true. For files, processes and screens, whose changes no event reports; it ends by
 * itself, because a loop without a limit would outlive its failed test and keep jest from exiting.
 *
 * @param describe - what there is instead, for the message of the error
 * @throws {Error} after `timeoutMs`
 */
export async function until(
  isTrue: () => boolean | Promise<boolean>,
  describe: () => string = () => String(isTrue),
  timeoutMs = PATIENCE_MS,
): Promise<void> {
  for (const since = performance.now(); !(await isTrue());) {
    if (performance.now() - since > timeoutMs) throw new Error(`still not true: ${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
  }
}
