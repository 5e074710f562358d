import { Command, InvalidArgumentError } from 'commander';
import { parseCommandLine } from '@ccbot/shared/cli/command-line';
import { treeOf, type CommandTree } from '@ccbot/shared/cli/tree';
import { SEND_HELP, type SendCommand } from './features/send-file/command';
import { CAPTION_MAX } from './features/send-file/protocol';

/** A request with the file of `--env-file`, as it was written. */
export interface CommandLine {
  request: Request;
  envFile: string | undefined;
}

/** A parsed command line. */
export type Request =
  | { run: 'forever' }
  | { run: 'once'; json: boolean }
  | { run: 'doctor'; repair: boolean; clusterOnly: boolean }
  | { run: 'cluster-status'; json: boolean }
  | { run: 'cluster-forget'; host: string; yes: boolean; json: boolean }
  | { run: 'canary'; json: boolean; patienceMs: number | null }
  | { run: 'hook'; action: HookAction; denyRules: boolean; json: boolean; agent?: string }
  | { run: 'import'; from: string | null; dryRun: boolean; json: boolean }
  | { run: 'commands'; tree: CommandTree }
  | ({ run: 'send-file' } & SendCommand);

const HOOK_ACTIONS = ['install', 'uninstall', 'status'] as const;
type HookAction = (typeof HOOK_ACTIONS)[number];

/**
 * Parses the command line of `ccbot-worker`, to which `ccbot` passes `ccbot worker`, `ccbot hook` and the like. After it
 * printed help or a usage error, the result is an exit code.
 */
export async function readCommandLine(
  argv: readonly string[],
  version: string,
): Promise<CommandLine | { exit: number }> {
  let request: Request | undefined;
  const submit: Submit = (submitted) => (request = submitted);
  const program = createProgram(version, submit);

  // In this order in `ccbot-worker --help`.
  addCanary(program, submit);
  addImport(program, submit);
  addHook(program, submit);
  addCommands(program, submit);
  addCluster(program, submit);
  addDoctor(program, submit);
  addSendFile(program, submit);

  const parsed = await parseCommandLine(program, argv, () => request);
  return 'exit' in parsed ? parsed : { ...parsed, envFile: program.opts<{ envFile?: string }>().envFile };
}

/** Stores the request of the command that was run. */
type Submit = (request: Request) => void;

function createProgram(version: string, submit: Submit): Command {
  return new Command('ccbot-worker')
    .description(
      'The worker of ccbot: connects one Telegram bot to the coding agents in tmux. Usually run by `ccbot supervise`.',
    )
    .version(version)
    .option('--once', 'take the lock, process waiting messages, send queued ones, print a report and exit')
    .option('--json', 'with --once: print the report as JSON')
    .option('--env-file <file>', 'read the settings from this file instead of CCBOT_DIR/.env')
    .exitOverride()
    .action(({ once = false, json = false }: { once?: boolean; json?: boolean }, command: Command) => {
      if (json && !once) command.error('error: --json goes with --once');
      submit(once ? { run: 'once', json } : { run: 'forever' });
    });
}

/** Whether `--json` is set. It is also an option of the program itself, which takes it first. */
function wantsJson(program: Command, options: { json?: boolean }): boolean {
  return options.json ?? program.opts<{ json?: boolean }>().json ?? false;
}

function addCanary(program: Command, submit: Submit): void {
  program
    .command('canary')
    .description(
      'test whether ccbot works with the installed agents; runs them in a temporary home and tmux server',
    )
    .option('--json', 'print the results as JSON')
    .option(
      '--patience <seconds>',
      'how long a check may take (default: 45 to start, 20 for the others)',
      seconds,
    )
    .exitOverride()
    .action((options: { json?: boolean; patience?: number }) =>
      submit({
        run: 'canary',
        json: wantsJson(program, options),
        patienceMs: options.patience === undefined ? null : options.patience * 1_000,
      }),
    );
}

function addImport(program: Command, submit: Submit): void {
  program
    .command('import')
    .description('import the sessions of the Python ccbot, which must not be running; only reads its files')
    .option('--from <dir>', 'the directory with its state.json (default: CCBOT_DIR)')
    .option('--dry-run', 'only show what would be imported')
    .option('--json', 'print the result as JSON')
    .exitOverride()
    .action((options: { from?: string; dryRun?: boolean; json?: boolean }) =>
      submit({
        run: 'import',
        from: options.from ?? null,
        dryRun: options.dryRun ?? false,
        json: wantsJson(program, options),
      }),
    );
}

type HookOptions = Partial<Record<HookAction, boolean>> & {
  denyRules?: boolean;
  json?: boolean;
  agent?: string;
};

function addHook(program: Command, submit: Submit): void {
  program
    .command('hook')
    .description(
      "install, remove or show ccbot's hooks and status line in the agents' settings (without an option: run as a hook)",
    )
    .option('--install', 'add the hooks, and change no other setting or hook')
    .option(
      '--deny-rules',
      "with --install: also add rules to the agents' settings that deny their tools ccbot's directory and tmux",
    )
    .option('--uninstall', 'remove the hooks, and the deny rules that ccbot added')
    .option('--status', 'show which hooks are installed')
    .option('--agent <name>', 'only for this agent')
    .option('--json', 'print the result as JSON')
    .exitOverride()
    .action((options: HookOptions, command: Command) => {
      const [action, ...others] = HOOK_ACTIONS.filter((name) => options[name]);
      if (action === undefined || others.length > 0) {
        return command.error('error: use one of --install, --uninstall, --status');
      }
      const { denyRules = false } = options;
      if (denyRules && action !== 'install') command.error('error: --deny-rules goes with --install');
      submit({
        run: 'hook',
        action,
        denyRules,
        json: wantsJson(program, options),
        ...(options.agent === undefined ? {} : { agent: options.agent }),
      });
    });
}

function addCommands(program: Command, submit: Submit): void {
  program
    .command('_commands', { hidden: true })
    .description('print this command line as JSON, for shell completion')
    .exitOverride()
    .action(() => submit({ run: 'commands', tree: treeOf(program) }));
}

function addDoctor(program: Command, submit: Submit): void {
  program
    .command('doctor')
    .description("print the worker's part of `ccbot doctor` as JSON")
    .option('--repair', 'rebuild a damaged database, and keep the old file')
    .option('--cluster', 'only the checks of the cluster')
    .option('--json', 'has no effect: the output is always JSON')
    .exitOverride()
    .action(({ repair = false, cluster: clusterOnly = false }: { repair?: boolean; cluster?: boolean }) =>
      submit({ run: 'doctor', repair, clusterOnly }),
    );
}

function addCluster(program: Command, submit: Submit): void {
  const cluster = program
    .command('cluster')
    .description('the part of `ccbot cluster` that reads the cluster')
    .exitOverride();
  cluster
    .command('status')
    .description('show the machines of the cluster and which one polls; exits with 3 if none does')
    .option('--json', 'print it as JSON')
    .exitOverride()
    .action((options: { json?: boolean }) =>
      submit({ run: 'cluster-status', json: wantsJson(program, options) }),
    );
  cluster
    .command('forget')
    .description('remove a machine that is gone for good, with what waits for it')
    .argument('<host>', 'its name')
    .option('--json', 'print the result as JSON')
    .option('--yes', 'do not ask')
    .exitOverride()
    .action((host: string, options: { json?: boolean; yes?: boolean }) =>
      submit({
        run: 'cluster-forget',
        host,
        yes: options.yes === true,
        json: wantsJson(program, options),
      }),
    );
}

interface SendFileOptions {
  caption?: string;
  chatId: number[];
  asFiles?: boolean;
  json?: boolean;
}

function addSendFile(program: Command, submit: Submit): void {
  program
    .command('send-file')
    .description('inside a session: send files to the chat')
    .argument('<path...>', 'the files')
    .option('--caption <text>', 'the caption of the first file', caption)
    .option('--chat-id <id>', "a chat other than the session's; may be repeated", chats, [])
    .option('--as-files', 'send pictures as files too, unscaled')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', SEND_HELP)
    .exitOverride()
    .action((paths: string[], options: SendFileOptions) =>
      submit({
        run: 'send-file',
        paths,
        ...(options.caption === undefined ? {} : { caption: options.caption }),
        chats: options.chatId,
        asFiles: options.asFiles ?? false,
        json: wantsJson(program, options),
      }),
    );
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 3_600)) throw new InvalidArgumentError('Use a number of seconds up to 3600.');
  return value;
}

function caption(text: string): string {
  if (text.length <= CAPTION_MAX) return text;
  throw new InvalidArgumentError(`It has ${text.length} characters, but the limit is ${CAPTION_MAX}.`);
}

function chats(text: string, previous: number[]): number[] {
  if (!/^-?\d{1,15}$/.test(text)) throw new InvalidArgumentError('Use a numeric id.');
  return [...previous, Number(text)];
}
