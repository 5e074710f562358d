import { Command, InvalidArgumentError } from 'commander';
import { parseCommandLine } from '@ccbot/shared/cli/command-line';
import { SEND_HELP, type SendCommand } from './features/send-file/command';
import { CAPTION_MAX } from './features/send-file/protocol';
import { treeOf, type CommandTree } from '@ccbot/shared/cli/tree';

/** What the command line asks the worker to do. */
export type Request =
  | { run: 'forever' }
  | { run: 'once'; json: boolean }
  | { run: 'doctor'; repair: boolean }
  | { run: 'canary'; json: boolean; patienceMs: number | null }
  | { run: 'hook'; action: 'install' | 'uninstall' | 'status'; json: boolean; agent?: string }
  | { run: 'import'; from: string | null; dryRun: boolean; json: boolean }
  | { run: 'commands'; tree: CommandTree }
  | ({ run: 'send-file' } & SendCommand);

/** Reads a number of seconds from the command line. */
function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 3_600)) throw new InvalidArgumentError('Not a number of seconds up to 3600.');
  return value;
}

/**
 * Reads the command line of `ccbot-worker` (and of `ccbot worker`, `ccbot hook --…`). Prints help and usage
 * errors itself; then `null`, with the exit code set in `exit`.
 */
export async function readCommandLine(
  argv: readonly string[],
  version: string,
): Promise<{ request: Request } | { exit: number }> {
  let request: Request | undefined;
  const program = new Command('ccbot-worker')
    .description(
      'The worker of ccbot: bridges one Telegram bot to the coding agents in tmux. Usually run by `ccbot supervise`.',
    )
    .version(version)
    .option('--once', 'take the lock, handle what is waiting, send what is to be sent, print a report, exit')
    .option('--json', 'with --once: print the report as JSON')
    .exitOverride()
    .action((options: { once?: boolean; json?: boolean }, command: Command) => {
      if (options.json && !options.once) command.error('error: --json goes with --once');
      request = options.once ? { run: 'once', json: options.json ?? false } : { run: 'forever' };
    });
  program
    .command('canary')
    .description(
      'try the agents out in a home and a tmux of their own: does ccbot still understand these versions?',
    )
    .option('--json', 'print what was found as JSON')
    .option('--patience <seconds>', 'how long a step may take (45 to be ready, 20 for the others)', seconds)
    .exitOverride()
    .action((o: { json?: boolean; patience?: number }) => {
      request = {
        run: 'canary',
        json: o.json ?? program.opts<{ json?: boolean }>().json ?? false,
        patienceMs: o.patience === undefined ? null : o.patience * 1_000,
      };
    });
  program
    .command('import')
    .description('bring the sessions of the Python ccbot over; its files are only read, and it must not run')
    .option('--from <dir>', 'where it keeps state.json (default: CCBOT_DIR)')
    .option('--dry-run', 'only say what would be brought over')
    .option('--json', 'print the result as JSON')
    .exitOverride()
    .action((o: { from?: string; dryRun?: boolean; json?: boolean }) => {
      request = {
        run: 'import',
        from: o.from ?? null,
        dryRun: o.dryRun ?? false,
        json: o.json ?? program.opts<{ json?: boolean }>().json ?? false,
      };
    });
  program
    .command('hook')
    .description(
      "install, remove or show ccbot's hooks and status line in the agents' settings (with no option: be the hook)",
    )
    .option('--install', 'add the hooks; leaves every other setting and hook as it is')
    .option('--uninstall', 'remove the hooks again')
    .option('--status', 'say which hooks are installed')
    .option('--agent <name>', 'only for this agent')
    .option('--json', 'print the result as JSON')
    .exitOverride()
    .action(
      (
        o: { install?: boolean; uninstall?: boolean; status?: boolean; json?: boolean; agent?: string },
        command: Command,
      ) => {
        const actions = (['install', 'uninstall', 'status'] as const).filter((a) => o[a]);
        const [action, ...more] = actions;
        if (action === undefined || more.length > 0) {
          command.error('error: say one of --install, --uninstall, --status');
        } else {
          request = {
            run: 'hook',
            action,
            // --json is also an option of the program itself, which reads it first
            json: o.json ?? program.opts<{ json?: boolean }>().json ?? false,
            ...(o.agent === undefined ? {} : { agent: o.agent }),
          };
        }
      },
    );
  program
    .command('_commands', { hidden: true })
    .description('print this command line as JSON, for the completion of shells')
    .exitOverride()
    .action(() => {
      request = { run: 'commands', tree: treeOf(program) };
    });
  program
    .command('doctor')
    .description("print the worker's part of `ccbot doctor`, as JSON")
    .option('--repair', 'make a damaged database anew; the old one is kept')
    .option('--json', 'the only form there is')
    .exitOverride()
    .action((o: { repair?: boolean }) => {
      request = { run: 'doctor', repair: o.repair ?? false };
    });
  program
    .command('send-file')
    .description('send files to the person, from inside a session')
    .argument('<path...>', 'the files')
    .option('--caption <text>', 'what stands under the first of them', caption)
    .option('--chat-id <id>', "another chat than the session's; may be repeated", chats, [])
    .option('--as-files', 'pictures too, unscaled')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', SEND_HELP)
    .exitOverride()
    .action(
      (paths: string[], o: { caption?: string; chatId: number[]; asFiles?: boolean; json?: boolean }) => {
        request = {
          run: 'send-file',
          paths,
          ...(o.caption === undefined ? {} : { caption: o.caption }),
          chats: o.chatId,
          asFiles: o.asFiles ?? false,
          json: o.json ?? program.opts<{ json?: boolean }>().json ?? false,
        };
      },
    );
  return parseCommandLine(program, argv, () => request);
}

function caption(text: string): string {
  if (text.length <= CAPTION_MAX) return text;
  throw new InvalidArgumentError(`it has ${text.length} characters and may have ${CAPTION_MAX}`);
}

function chats(text: string, before: number[]): number[] {
  if (!/^-?\d{1,15}$/.test(text)) throw new InvalidArgumentError('it must be a numeric id');
  return [...before, Number(text)];
}
