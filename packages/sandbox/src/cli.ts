import { Command, InvalidArgumentError } from 'commander';
import { parseCommandLine } from '@ccbot/shared/cli/command-line';

export type Request =
  | { run: 'demo'; dir: string | undefined; agent: string | undefined; port: number; verbose: boolean }
  | { run: 'serve'; port: number; pacing: boolean };

/** Parses the command line of `ccbot-sandbox`. `exit` is set when help or an error has been printed. */
export async function readCommandLine(
  argv: readonly string[],
  version: string,
): Promise<{ request: Request } | { exit: number }> {
  let request: Request | undefined;
  const program = new Command('ccbot-sandbox')
    .description(
      'Runs ccbot without an account: a strict Bot API on this machine, and a chat page in the browser.',
    )
    .version(version)
    .exitOverride();
  program
    .command('demo', { isDefault: true })
    .description('start the sandbox, and the real ccbot against it')
    .option('--dir <path>', 'directory for the state of the demo (default: ~/.ccbot-sandbox)')
    .option(
      '--agent <command>',
      'agent to run: scripted, claude, codex, or a command (default: ask when an agent is installed, else scripted)',
    )
    .option('--port <number>', 'port of the chat page (default: a free port)', parsePort, 0)
    .option('--verbose', 'show every log line of ccbot', false)
    .action((o: { dir?: string; agent?: string; port: number; verbose: boolean }) => {
      request = { run: 'demo', dir: o.dir, agent: o.agent, port: o.port, verbose: o.verbose };
    });
  program
    .command('serve')
    .description('start only the sandbox; prints its addresses and token as one line of JSON')
    .option('--port <number>', 'port (default: a free port)', parsePort, 0)
    .option('--pacing', "answer with 429 above Telegram's rate limit", false)
    .option('--json', 'print JSON (always on)')
    .action((o: { port: number; pacing: boolean }) => {
      request = { run: 'serve', port: o.port, pacing: o.pacing };
    });
  for (const command of program.commands) command.exitOverride();
  return parseCommandLine(program, argv, () => request);
}

function parsePort(text: string): number {
  const port = text.trim() === '' ? NaN : Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError(`"${text}" is not a port.`);
  return port;
}
