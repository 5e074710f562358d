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

/**
 * Resolves when the expectation holds. For what an agent writes or draws by itself, such as its records or its screen: an
 * answer may be in the chat before, since a hook tells it too.
 *
 * @throws what the expectation threw last, after {@link PATIENCE_MS}
 */
export async function eventually(expectation: () => void): Promise<void> {
  let last: unknown;
  const holds = (): boolean => {
    try {
      expectation();
      return true;
    } catch (error) {
      last = error;
      return false;
    }
  };
  await until(holds).catch(() => {
    throw last;
  });
}
