import { resolve } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { parseCommandLine } from '@ccbot/shared/cli/command-line';
import { treeOf, type CommandTree } from '@ccbot/shared/cli/tree';
import type { Level } from '@ccbot/shared/log/logger';
import { SHELLS, type Shell } from './completion/render';
import type { InitOptions } from './init/init';
import type { LogSelection } from './logs/select';
import { SERVICE_KINDS, type ServiceKind } from './service/kinds';
import type { Credential } from './service/unit';

/** A parsed command line. */
export type Request =
  | { run: 'supervise'; standby: boolean; patient: boolean }
  /** `ccbot worker …`, `ccbot hook …` and the like, which the worker's program runs. */
  | { run: 'worker'; args: readonly string[] }
  | { run: 'status'; json: boolean; watch: boolean }
  | { run: 'metrics'; json: boolean }
  | { run: 'logs'; select: LogSelection; follow: boolean; json: boolean }
  | { run: 'restart' }
  | { run: 'stop' }
  | ({ run: 'init'; yes: boolean } & InitOptions)
  | { run: 'doctor'; json: boolean; fix: boolean; yes: boolean; repair: boolean }
  | { run: 'cluster'; action: 'doctor'; json: boolean }
  | ({ run: 'cluster'; action: 'join'; yes: boolean } & JoinOptions)
  | { run: 'cluster'; action: 'leave'; yes: boolean }
  | { run: 'help'; topic: string }
  | { run: 'completion'; shell: Shell; tree: CommandTree }
  /** Of `npm start`: whether a bot token is set. */
  | { run: 'find-token' }
  | {
      run: 'service';
      action: 'install' | 'uninstall' | 'status' | 'print';
      kind?: ServiceKind;
      /** For systemd: the file with the token, which `install` and `print` make a credential of the service. */
      credential?: Credential;
    };

/** How a machine joins a cluster. */
export interface JoinOptions {
  /** As in `CCBOT_CLUSTER_URL`. */
  url: string;
  host?: string;
  creds?: string;
  ca?: string;
  replicas?: string;
  insecure?: boolean;
}

/** Commands that the worker's program runs. */
const WORKER_COMMANDS = [
  ['worker', 'run the worker alone, without a supervisor (ccbot worker --help)'],
  ['send-file', 'inside a session: send files to the chat (ccbot send-file --help)'],
  ['canary', 'test whether ccbot works with the installed agent (ccbot canary --help)'],
  ['import', 'import the sessions of the Python ccbot (ccbot import --help)'],
  ['hook', "install, remove or show the hooks and status line in the agents' settings (ccbot hook --help)"],
] as const;

/** A request with the file of `--env-file`, as it was written. */
export interface CommandLine {
  request: Request;
  envFile: string | undefined;
}

/** Parses the command line of `ccbot`. After it printed help or a usage error, the result is an exit code. */
export async function readCommandLine(
  argv: readonly string[],
  version: string,
): Promise<CommandLine | { exit: number }> {
  let request: Request | undefined;
  let envFile: string | undefined;
  const submit: Submit = (submitted) => (request = submitted);
  const program = new Command('ccbot')
    .description('Puts the coding agents in your terminals on your phone, through a private Telegram chat.')
    .version(version)
    .showHelpAfterError('(see ccbot --help)')
    .enablePositionalOptions()
    .addOption(envFileOption())
    .hook('preAction', (_program, command) => {
      ({ envFile } = command.optsWithGlobals<{ envFile?: string }>());
    })
    .exitOverride();

  // In this order in `ccbot --help`.
  addInit(program, submit);
  addSupervise(program, submit);
  addWorkerCommands(program, submit);
  addStatus(program, submit);
  addLogs(program, submit);
  addRestartAndStop(program, submit);
  addDoctor(program, submit);
  addCluster(program, submit);
  addCompletion(program, submit);
  addHelp(program, submit);
  addService(program, submit);

  addFindToken(program, submit);
  takeEnvFileAnywhere(program);

  const parsed = await parseCommandLine(program, argv, () => request);
  return 'exit' in parsed ? parsed : { ...parsed, envFile };
}

function envFileOption(): Option {
  return new Option('--env-file <file>', 'read the settings from this file instead of CCBOT_DIR/.env');
}

/** The option may also stand behind the command. The worker's program reads it from its own arguments. */
function takeEnvFileAnywhere(program: Command): void {
  const others = new Set(['completion', 'help', ...WORKER_COMMANDS.map(([name]) => name)]);
  for (const command of program.commands.filter((candidate) => !others.has(candidate.name()))) {
    for (const target of command.commands.length > 0 ? command.commands : [command])
      target.addOption(envFileOption());
  }
}

/** Stores the request of the command that was run. */
type Submit = (request: Request) => void;

function addInit(program: Command, submit: Submit): void {
  program
    .command('init')
    .description('set up ccbot: token, allowed user, hooks, service; asks for what the options do not answer')
    .option('--token-file <file>', 'read the bot token from a file, or from standard input (-)')
    .option('--allow <ids>', 'who may use the bot: numeric Telegram ids, separated by commas')
    .option('--keyring', 'keep the token in the desktop keyring (secret-tool)')
    .option('--no-keyring', 'keep it in the settings file')
    .option('--hooks', 'install the hooks and the status line')
    .option('--no-hooks', 'do not install them')
    .option(
      '--deny-rules',
      "add rules to the agents' settings that deny their tools ccbot's directory and tmux",
    )
    .option('--no-deny-rules', 'do not add them')
    .option('--service', 'have the system start ccbot')
    .option('--no-service', 'do not install a service')
    .option('--linger', 'have systemd run it even while nobody is logged in')
    .option('--no-linger', 'run it only while you are logged in')
    .option('--cluster <url>', 'share the bot with other machines, through these NATS servers')
    .option('--no-cluster', 'do not ask about other machines')
    .option('--cluster-creds <file>', 'the file with the credentials for them (see ccbot help settings)')
    .option('--start', 'start ccbot')
    .option('--no-start', 'do not start it')
    .option('--yes', 'answer yes to every prompt not set by a flag; --allow must name the users')
    .action((options: InitOptions & { yes?: boolean }) =>
      submit({ run: 'init', ...options, yes: options.yes ?? false }),
    );
}

function addSupervise(program: Command, submit: Submit): void {
  program
    .command('supervise')
    .description('run ccbot: hold the lock and keep one worker running')
    .option('--standby', 'if another instance is running, wait until it ends and take over')
    .option('--patient', 'for services: wait for the lock and for valid settings as long as it takes')
    .action(({ standby = false, patient = false }: { standby?: boolean; patient?: boolean }) =>
      submit({ run: 'supervise', standby, patient }),
    );
}

function addWorkerCommands(program: Command, submit: Submit): void {
  for (const [name, description] of WORKER_COMMANDS) {
    program
      .command(`${name} [args...]`)
      .description(description)
      .helpOption(false)
      .allowUnknownOption()
      .passThroughOptions()
      .action((args: string[]) => submit({ run: 'worker', args: workerArguments(name, args) }));
  }
}

/** `ccbot worker` is the worker's program without a command; the others are commands of that program. */
function workerArguments(name: string, args: readonly string[]): string[] {
  return name === 'worker' ? [...args] : [name, ...args];
}

function addStatus(program: Command, submit: Submit): void {
  program
    .command('status')
    .description(
      'show the state of ccbot; exits with 0 if it polls or stands by for another machine, 3 if it does neither',
    )
    .option('--json', 'print it as JSON')
    .option('--watch', 'print each change until ccbot ends or you interrupt')
    .action(({ json = false, watch = false }: { json?: boolean; watch?: boolean }) =>
      submit({ run: 'status', json, watch }),
    );
  program
    .command('metrics')
    .description('print counters and latencies as Prometheus text; exits with 3 if no supervisor answers')
    .option('--json', 'print them as JSON')
    .action(({ json = false }: { json?: boolean }) => submit({ run: 'metrics', json }));
}

interface LogsOptions {
  follow?: boolean;
  lines: string;
  since?: string;
  level?: Level;
  json?: boolean;
}

function addLogs(program: Command, submit: Submit): void {
  program
    .command('logs')
    .description('show the logs of the supervisor, the worker or all (default)')
    .addArgument(
      new Argument('[which]', 'whose logs').choices(['supervisor', 'worker', 'all']).default('all'),
    )
    .option('-f, --follow', 'keep printing new lines')
    .option('-n, --lines <count>', 'print only the last lines', '100')
    .option('--since <time>', 'print only lines since then: 15m, 2h, 3d, or a date and time')
    .addOption(
      new Option('--level <level>', 'print only lines of this level or more important ones').choices([
        'error',
        'warn',
        'info',
        'debug',
      ]),
    )
    .option('--json', 'print JSON lines, as in the files')
    .action((which: LogSelection['which'], options: LogsOptions, command: Command) => {
      const { lines, follow = false, json = false } = options;
      if (!/^\d{1,9}$/.test(lines)) command.error(`error: --lines must be a number, not “${lines}”`);
      submit({ run: 'logs', select: selectionOf(which, options), follow, json });
    });
}

function selectionOf(which: LogSelection['which'], { lines, since, level }: LogsOptions): LogSelection {
  return {
    which,
    lines: Number(lines),
    ...(since === undefined ? {} : { since }),
    ...(level === undefined ? {} : { level }),
  };
}

function addRestartAndStop(program: Command, submit: Submit): void {
  program
    .command('restart')
    .description('replace the worker, with the current code and settings')
    .action(() => submit({ run: 'restart' }));
  program
    .command('stop')
    .description('stop ccbot, however it was started; sessions in tmux continue')
    .action(() => submit({ run: 'stop' }));
}

interface DoctorOptions {
  json?: boolean;
  fix?: boolean;
  yes?: boolean;
  repair?: boolean;
}

function addDoctor(program: Command, submit: Submit): void {
  program
    .command('doctor')
    .description('check everything ccbot needs and say what to do; exits with 1 if something is broken')
    .option('--json', 'print it as JSON')
    .option('--fix', 'fix what can be fixed, asking before each change')
    .option('--yes', 'with --fix: do not ask')
    .option('--repair', 'rebuild a broken database from the agents’ own files; the old one is kept')
    .action((options: DoctorOptions, command: Command) => {
      const { json = false, fix = false, yes = false, repair = false } = options;
      if (yes && !fix) command.error('error: --yes requires --fix');
      submit({ run: 'doctor', json, fix, yes, repair });
    });
}

function addCluster(program: Command, submit: Submit): void {
  const cluster = program
    .command('cluster')
    .description('share the bot with other machines, through a NATS server (ccbot help cluster)');
  cluster
    .command('status')
    .description(
      'show the machines, which one polls, and what waits for each; exits with 0 if one polls, 3 if none does, 75 if the cluster cannot be read',
    )
    .option('--json', 'print it as JSON')
    .action(({ json = false }: { json?: boolean }) =>
      submit({ run: 'worker', args: ['cluster', 'status', ...(json ? ['--json'] : [])] }),
    );
  cluster
    .command('doctor')
    .description(
      'check the settings, the server, its data, the name of this machine and the clock; exits with 1 if something is broken, 3 without a cluster',
    )
    .option('--json', 'print it as JSON')
    .action(({ json = false }: { json?: boolean }) => submit({ run: 'cluster', action: 'doctor', json }));
  addJoin(cluster, submit);
  addForget(cluster, submit);
  cluster
    .command('leave')
    .description('let this machine poll alone, after a warning: removes the cluster from the settings file')
    .option('--yes', 'do not ask')
    .action(({ yes = false }: { yes?: boolean }) => submit({ run: 'cluster', action: 'leave', yes }));
}

function addJoin(cluster: Command, submit: Submit): void {
  cluster
    .command('join')
    .description(
      'check the cluster, then write it to the settings file; exits with 1 and writes nothing if a check fails',
    )
    .argument('<url>', 'the NATS servers, by commas: nats://host:port or tls://host:port')
    .option('--host <name>', 'the name of this machine (default: CCBOT_HOST, or its host name)')
    .option('--creds <file>', 'the file with the credentials (see ccbot help settings)')
    .option('--ca <file>', 'the certificates to trust for tls://')
    .option('--replicas <count>', 'how many servers keep each record: 1, 3 or 5')
    .option('--insecure', 'accept a cluster without authentication, on a private network')
    .option('--yes', 'do not ask before writing')
    .action((url: string, { yes = false, ...options }: Omit<JoinOptions, 'url'> & { yes?: boolean }) =>
      submit({ run: 'cluster', action: 'join', ...options, url, yes }),
    );
}

function addForget(cluster: Command, submit: Submit): void {
  cluster
    .command('forget')
    .description(
      'remove a machine that is gone for good, with what waits for it; exits with 1 if it is up, unknown or this one',
    )
    .argument('<host>', 'its name, as in `ccbot cluster status`')
    .option('--json', 'print the result as JSON')
    .option('--yes', 'do not ask')
    .action((host: string, { json = false, yes = false }: { json?: boolean; yes?: boolean }) => {
      const options = [...(json ? ['--json'] : []), ...(yes ? ['--yes'] : [])];
      submit({ run: 'worker', args: ['cluster', 'forget', ...options, '--', host] });
    });
}

function addCompletion(program: Command, submit: Submit): void {
  program
    .command('completion')
    .description('print the completion script of a shell; its first lines say how to enable it')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .action((shell: Shell) => submit({ run: 'completion', shell, tree: treeOf(program) }));
}

function addHelp(program: Command, submit: Submit): void {
  program
    .helpCommand(false)
    .command('help [topic]')
    .description(
      'print the help of a command, or a page of the documentation: settings, faults, operations …',
    )
    .action((topic: string | undefined) => {
      if (topic === undefined) return program.help();
      const command = program.commands.find((other) => other.name() === topic);
      if (command === undefined) return submit({ run: 'help', topic });
      if (WORKER_COMMANDS.some(([name]) => name === topic))
        return submit({ run: 'worker', args: workerArguments(topic, ['--help']) });
      command.help();
    });
}

function addFindToken(program: Command, submit: Submit): void {
  program
    .command('_find-token', { hidden: true })
    .description('for `npm start`: whether a bot token is set')
    .action(() => submit({ run: 'find-token' }));
}

function addService(program: Command, submit: Submit): void {
  const service = program
    .command('service')
    .description('have the system run ccbot, with systemd, launchd or runit');
  for (const [action, description] of [
    ['install', 'write the service file and start the service'],
    ['uninstall', 'stop the service and remove it'],
    ['status', 'show the state of the service'],
    ['print', 'print the file that install would write'],
  ] as const) {
    const command = service
      .command(action)
      .description(description)
      .addOption(
        new Option('--kind <kind>', 'the service manager; default: the one of this system').choices(
          SERVICE_KINDS,
        ),
      );
    if (action === 'install' || action === 'print') addCredential(command);
    command.action((options: ServiceOptions) => {
      const { kind, credential: path, encryptedCredential: encrypted } = options;
      if (path !== undefined && encrypted !== undefined)
        command.error('error: use one of --credential, --encrypted-credential');
      const file = path ?? encrypted;
      submit({
        run: 'service',
        action,
        ...(kind === undefined ? {} : { kind }),
        ...(file === undefined ? {} : { credential: { path: resolve(file), encrypted: path === undefined } }),
      });
    });
  }
}

interface ServiceOptions {
  kind?: ServiceKind;
  credential?: string;
  encryptedCredential?: string;
}

function addCredential(command: Command): void {
  command
    .option('--credential <file>', 'systemd: the file with the bot token, which becomes a credential')
    .option('--encrypted-credential <file>', 'systemd: the same, encrypted with `systemd-creds encrypt`');
}
