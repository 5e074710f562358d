import { Command, InvalidArgumentError } from 'commander';
import { parseCommandLine } from '@ccbot/shared/cli/command-line';

/** What the command line asks for. */
export type Request =
  | { run: 'demo'; dir: string | undefined; agent: string | undefined; port: number; verbose: boolean }
  | { run: 'serve'; port: number; pacing: boolean };

/** Reads the command line of `ccbot-sandbox`; prints help and errors itself, then `exit` says how to end. */
export async function readCommandLine(
  argv: readonly string[],
  version: string,
): Promise<{ request: Request } | { exit: number }> {
  let request: Request | undefined;
  const program = new Command('ccbot-sandbox')
    .description(
      'Runs ccbot with no account: a strict Bot API on this machine, and a chat page in the browser.',
    )
    .version(version)
    .exitOverride();
  program
    .command('demo', { isDefault: true })
    .description('start the sandbox and the real supervisor and worker against it')
    .option('--dir <path>', 'where the demo keeps its state (default: ~/.ccbot-sandbox)')
    .option(
      '--agent <command>',
      'the agent to run: scripted, claude, codex, or a command (default: asks at a terminal where one is found)',
    )
    .option('--port <number>', 'port of the chat page (default: a free one)', portOf, 0)
    .option('--verbose', 'show every log line of ccbot', false)
    .action((o: { dir?: string; agent?: string; port: number; verbose: boolean }) => {
      request = { run: 'demo', dir: o.dir, agent: o.agent, port: o.port, verbose: o.verbose };
    });
  program
    .command('serve')
    .description('only the sandbox; prints its addresses and token as one line of JSON')
    .option('--port <number>', 'port (default: a free one)', portOf, 0)
    .option('--pacing', "refuse messages above Telegram's pace with 429", false)
    .option('--json', 'print JSON (it does so anyway)')
    .action((o: { port: number; pacing: boolean }) => {
      request = { run: 'serve', port: o.port, pacing: o.pacing };
    });
  for (const command of program.commands) command.exitOverride();
  return parseCommandLine(program, argv, () => request);
}

function portOf(text: string): number {
  const port = text.trim() === '' ? NaN : Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError(`"${text}" is no port.`);
  return port;
}
