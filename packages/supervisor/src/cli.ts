import { Argument, Command, Option } from 'commander';
import { parseCommandLine } from '@ccbot/shared/cli/command-line';
import { treeOf, type CommandTree } from '@ccbot/shared/cli/tree';
import { SHELLS, type Shell } from './completion/render';
import type { InitOptions } from './init/init';
import type { LogSelection } from './logs/select';

/** The kinds of service that `ccbot service` knows. */
export const SERVICE_KINDS = ['systemd', 'launchd', 'runit'] as const;
/** One of {@link SERVICE_KINDS}. */
export type ServiceKind = (typeof SERVICE_KINDS)[number];

/** What the command line asks for. */
export type Request =
  | { run: 'supervise'; standby: boolean; patient: boolean }
  /** `ccbot worker …`, `ccbot hook …` and `ccbot send-file …`: the worker's program does it. */
  | { run: 'worker'; args: readonly string[] }
  | { run: 'status'; json: boolean; watch: boolean }
  | { run: 'metrics'; json: boolean }
  | { run: 'logs'; select: LogSelection; follow: boolean; json: boolean }
  | { run: 'restart' }
  | { run: 'stop' }
  | ({ run: 'init'; yes: boolean } & InitOptions)
  | { run: 'doctor'; json: boolean; fix: boolean; yes: boolean; repair: boolean }
  | { run: 'help'; topic: string }
  | { run: 'completion'; shell: Shell; tree: CommandTree }
  | { run: 'service'; action: 'install' | 'uninstall' | 'status' | 'print'; kind?: ServiceKind };

/** Commands that the worker's program runs. */
const PASSED_ON = [
  ['worker', 'run the worker alone, unsupervised (ccbot worker --help)'],
  ['send-file', 'from inside a session: send files to the person (ccbot send-file --help)'],
  ['canary', 'try the agent out: does ccbot still understand this version? (ccbot canary --help)'],
  ['import', 'bring the sessions of the Python ccbot over (ccbot import --help)'],
  ['hook', "install, remove or show hooks and status line in the agents' settings (ccbot hook --help)"],
] as const;

/** Reads the command line of `ccbot`. Prints help and usage errors itself; then there is only an exit code. */
export async function readCommandLine(
  argv: readonly string[],
  version: string,
): Promise<{ request: Request } | { exit: number }> {
  let request: Request | undefined;
  const program = new Command('ccbot')
    .description('Puts the coding agents in your terminals on your phone, through a private Telegram chat.')
    .version(version)
    .showHelpAfterError('(ccbot --help tells the commands)')
    .enablePositionalOptions()
    .exitOverride();

  program
    .command('init')
    .description('set ccbot up: token, allowed person, hooks, service; asks, or takes the answers as options')
    .option('--token-file <file>', 'read the bot’s token from a file, or from standard input (-)')
    .option('--allow <ids>', 'who may use the bot: numeric Telegram ids, with commas between')
    .option('--hooks', 'install the hooks and the status line')
    .option('--no-hooks', 'leave the hooks alone')
    .option('--service', 'have the system start ccbot')
    .option('--no-service', 'no service')
    .option('--linger', 'have systemd run it also while nobody is logged in')
    .option('--no-linger', 'only while you are logged in')
    .option('--start', 'start ccbot')
    .option('--no-start', 'do not start it')
    .option(
      '--yes',
      'ask nothing: every yes that is not said otherwise is a yes; who may use the bot is said by --allow',
    )
    .action((o: InitOptions & { yes?: boolean }) => {
      request = { run: 'init', ...o, yes: o.yes ?? false };
    });

  program
    .command('supervise')
    .description('run ccbot: hold the lock and keep one worker alive')
    .option('--standby', 'when another instance runs, wait for its end and take over')
    .option('--patient', 'as a service does: wait for the lock and for right settings, however long')
    .action((o: { standby?: boolean; patient?: boolean }) => {
      request = { run: 'supervise', standby: o.standby ?? false, patient: o.patient ?? false };
    });

  for (const [name, about] of PASSED_ON) {
    program
      .command(`${name} [args...]`)
      .description(about)
      .helpOption(false)
      .allowUnknownOption()
      .passThroughOptions()
      .action((args: string[]) => {
        request = { run: 'worker', args: name === 'worker' ? args : [name, ...args] };
      });
  }

  program
    .command('status')
    .description('say whether ccbot runs, and how it is; exits 0 when it polls, 3 when it does not run')
    .option('--json', 'print it as JSON')
    .option('--watch', 'go on until it ends, or until interrupted')
    .action((o: { json?: boolean; watch?: boolean }) => {
      request = { run: 'status', json: o.json ?? false, watch: o.watch ?? false };
    });

  program
    .command('metrics')
    .description('print counters and latencies as Prometheus text; exits 3 when no supervisor answers')
    .option('--json', 'print them as JSON')
    .action((o: { json?: boolean }) => {
      request = { run: 'metrics', json: o.json ?? false };
    });

  program
    .command('logs')
    .description('show the logs: supervisor, worker or all (default)')
    .addArgument(new Argument('[which]', 'whose').choices(['supervisor', 'worker', 'all']).default('all'))
    .option('-f, --follow', 'go on with what is added')
    .option('-n, --lines <count>', 'only the last lines', '100')
    .option('--since <time>', 'only since then: 15m, 2h, 3d, or a date and time')
    .addOption(
      new Option('--level <level>', 'only what matters at least as much').choices([
        'error',
        'warn',
        'info',
        'debug',
      ]),
    )
    .option('--json', 'as they are in the files: JSON lines')
    .action(
      (
        which: string,
        o: { follow?: boolean; lines: string; since?: string; level?: string; json?: boolean },
        command: Command,
      ) => {
        const select = readSelection(which as LogSelection['which'], o);
        if (typeof select === 'string') command.error(`error: ${select}`);
        else request = { run: 'logs', select, follow: o.follow ?? false, json: o.json ?? false };
      },
    );

  program
    .command('restart')
    .description('replace the worker by a new one, with new code and settings')
    .action(() => {
      request = { run: 'restart' };
    });
  program
    .command('stop')
    .description('end ccbot, however it was started; sessions in tmux go on')
    .action(() => {
      request = { run: 'stop' };
    });

  program
    .command('doctor')
    .description('look at everything ccbot needs, and say what to do; exits 1 when something is broken')
    .option('--json', 'print it as JSON')
    .option('--fix', 'put right what can be, each after a question')
    .option('--yes', 'with --fix: do not ask')
    .option('--repair', 'make a broken database anew from the agents’ own files; the old one is kept')
    .action((o: { json?: boolean; fix?: boolean; yes?: boolean; repair?: boolean }, command: Command) => {
      if (o.yes && !o.fix) command.error('error: --yes goes with --fix');
      request = {
        run: 'doctor',
        json: o.json ?? false,
        fix: o.fix ?? false,
        yes: o.yes ?? false,
        repair: o.repair ?? false,
      };
    });

  program
    .command('completion')
    .description('print the completion for a shell; its first lines say how it is switched on')
    .addArgument(new Argument('<shell>', 'for which one').choices(SHELLS))
    .action((shell: Shell) => {
      request = { run: 'completion', shell, tree: treeOf(program) };
    });
  program
    .helpCommand(false)
    .command('help [topic]')
    .description('print the help of a command, or a page of the documents: settings, faults, operations …')
    .action((topic: string | undefined) => {
      const command = program.commands.find((other) => other.name() === topic);
      if (topic === undefined) program.help();
      else if (command === undefined) request = { run: 'help', topic };
      else if (PASSED_ON.some(([name]) => name === topic))
        request = { run: 'worker', args: topic === 'worker' ? ['--help'] : [topic, '--help'] };
      else command.help();
    });

  const service = program
    .command('service')
    .description('have the system start ccbot: systemd, launchd or runit');
  for (const [action, about] of [
    ['install', 'write the service and start it'],
    ['uninstall', 'stop the service and remove it'],
    ['status', 'say how the service is'],
    ['print', 'print what install would write'],
  ] as const) {
    service
      .command(action)
      .description(about)
      .addOption(
        new Option('--kind <kind>', 'which one; default: what this system has').choices(SERVICE_KINDS),
      )
      .action((o: { kind?: ServiceKind }) => {
        request = { run: 'service', action, ...(o.kind === undefined ? {} : { kind: o.kind }) };
      });
  }

  return parseCommandLine(program, argv, () => request);
}

/** Reads what `ccbot logs` is to show; a text says what is wrong. */
function readSelection(
  which: LogSelection['which'],
  o: { lines: string; since?: string; level?: string },
): LogSelection | string {
  if (!/^\d{1,9}$/.test(o.lines)) return `--lines must be a number, not “${o.lines}”`;
  return {
    which,
    lines: Number(o.lines),
    ...(o.since === undefined ? {} : { since: o.since }),
    ...(o.level === undefined ? {} : { level: o.level as 'error' | 'warn' | 'info' | 'debug' }),
  };
}
