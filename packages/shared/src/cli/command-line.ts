/** The exit code for a command line that cannot be understood; the one that shells and Python's argparse use. */
export const USAGE_ERROR = 2;

/** What is used of commander's `Command`. Its `exitOverride()` must be on. */
interface Parser {
  parseAsync(argv: readonly string[], from: { from: 'user' }): Promise<unknown>;
}

/**
 * Reads a command line. commander prints help and usage errors itself.
 * @param requested what the actions of the commands asked for by then; `undefined`: nothing
 * @returns what is to be done, or how to exit: 0 after help, else {@link USAGE_ERROR}
 */
export async function parseCommandLine<Request>(
  program: Parser,
  argv: readonly string[],
  requested: () => Request | undefined,
): Promise<{ request: Request } | { exit: number }> {
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    const exitCode = (error as { exitCode?: unknown }).exitCode;
    if (typeof exitCode !== 'number') throw error;
    return { exit: exitCode === 0 ? 0 : USAGE_ERROR };
  }
  const request = requested();
  return request === undefined ? { exit: USAGE_ERROR } : { request };
}
