/** The exit code for an invalid command line, as in shells and Python's argparse. */
export const USAGE_ERROR = 2;

/** The part of commander's `Command` that we use. Its `exitOverride()` must be on. */
interface Parser {
  parseAsync(argv: readonly string[], from: { from: 'user' }): Promise<unknown>;
}

/**
 * Parses a command line; commander prints help and usage errors itself.
 * @param requested returns the request that a command's action stored, if any
 * @returns the request, or the exit code: 0 after help, otherwise {@link USAGE_ERROR}
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
