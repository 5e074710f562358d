import { systemMonotonicMs } from '@ccbot/shared/clock';
import { homedir } from 'node:os';
import type { Writable } from 'node:stream';
import { join } from 'node:path';
import { openSync, closeSync } from 'node:fs';
import { wantsColour } from '@ccbot/shared/cli/colour';
import { COMPILING_ENV } from '@ccbot/shared/compiled/compiling';
import { loadConfig, loadWithToken, type Loaded, type LoadOptions } from '@ccbot/shared/config/load';
import { prepareEnvironment } from '@ccbot/shared/config/own-environment';
import { secretsOf } from '@ccbot/shared/config/secrets';
import { createTokenMemory, CREDENTIALS_ENV, type TokenMemory } from '@ccbot/shared/config/token';
import { strayEnvNotice } from '@ccbot/shared/config/stray-env-file';
import { excludeMemoryFromCoreDumps } from '@ccbot/shared/core-dumps/filter';
import { faultText, type Fault } from '@ccbot/shared/faults/fault';
import { createLog, type Level, type Log } from '@ccbot/shared/log/logger';
import { allowSlowLinks } from '@ccbot/shared/net/attempts';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { version } from '../package.json';
import type { CommandLine, Request } from './cli';
import { leaveFirstPlace } from './first-process';
import { hostOfThisProcess, type Installation } from './host';
import { openTerminal } from './logs/terminal';
import { start, type WaitMode } from './start';
import type { Settings } from './settings';
import { createSupervisor, prepareLaunch, type SuperviseDeps, type Supervisor } from './supervise';
import { runWorkerProgram } from './worker-program';

function loadSettings(options: LoadOptions): Loaded {
  return loadConfig({ env: process.env, home: homedir() }, options);
}

/** As {@link loadSettings}, with the token that is not among them. */
function loadSettingsFor(token: TokenMemory, options: LoadOptions = {}): Promise<Loaded> {
  return loadWithToken({ env: process.env, home: homedir() }, options, (request) => token.read(request));
}

/** The memory of a program whose user waits for the token. */
function openTokenMemory(): TokenMemory {
  return createTokenMemory({ onSlow: (text) => process.stderr.write(`ccbot: ${text}\n`) });
}

/** Says that a `.env` in the working directory is not read. Returns the settings. */
function noticingStray(loaded: Loaded): Loaded {
  const notice = strayEnvNotice('.env', loaded.paths.env);
  if (notice !== null) process.stderr.write(`ccbot: ${notice}\n`);
  return loaded;
}

/** Finds the worker's program; tests substitute a fixture. */
export interface Programs {
  workerEntry(): string;
}

/** Runs `ccbot` with this process's command line, environment and terminal; resolves to its exit code. */
export async function ccbot(programs: Programs): Promise<number> {
  allowSlowLinks();
  excludeMemoryFromCoreDumps(); // the token
  // A closed terminal or pipe must not stop the supervisor.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  if (process.env[COMPILING_ENV] === '1') await import('@ccbot/shared/log/winston');
  const parsed = await parse(process.argv.slice(2));
  if ('exit' in parsed) return parsed.exit;
  const trouble = prepareEnvironment(process.env, parsed.envFile);
  if (trouble !== null) {
    process.stderr.write(`ccbot: ${faultText(trouble)}\n`);
    return trouble.exit;
  }
  return perform(parsed.request, programs);
}

/** As services run it, it has nothing to parse, and needs no parser. */
async function parse(argv: readonly string[]): Promise<CommandLine | { exit: number }> {
  const [command, ...options] = argv;
  if (command === 'supervise' && options.every((option) => option === '--patient')) {
    return { request: { run: 'supervise', standby: false, patient: options.length > 0 }, envFile: undefined };
  }
  const { readCommandLine } = await import('./cli');
  return readCommandLine(argv, version);
}

async function perform(request: Request, programs: Programs): Promise<number> {
  switch (request.run) {
    case 'supervise':
      return runSupervisor(request, programs);
    case 'find-token':
      return findToken(loadSettings({ needBot: false }));
    case 'worker':
      return runWorkerProgram(programs.workerEntry(), request.args);
    case 'help': {
      const { helpTopic } = await import('./commands/help');
      return helpTopic(request.topic, {
        directory: join(__dirname, 'help'),
        out: process.stdout,
        err: process.stderr,
      });
    }
    case 'completion': {
      const { completion } = await import('./commands/completion');
      return completion(request.shell, {
        tree: request.tree,
        workerEntry: () => programs.workerEntry(),
        out: process.stdout,
      });
    }
    case 'status':
    case 'metrics':
    case 'logs':
    case 'restart':
    case 'stop':
    case 'service':
    case 'doctor':
    case 'cluster':
    case 'init': {
      const { runCommand } = await import('./commands');
      const options = { needBot: false, createsFile: request.run === 'init' };
      const usesToken = request.run === 'init' || request.run === 'doctor';
      const token = usesToken ? openTokenMemory() : null;
      const load = async (): Promise<Loaded> =>
        token === null ? loadSettings(options) : loadSettingsFor(token, options);
      return runCommand(request, noticingStray(await load()), {
        host: hostOfThisProcess(),
        terminal: { in: process.stdin, out: process.stdout, err: process.stderr },
        installation: installationOf(programs),
        load,
        now: Date.now,
      });
    }
  }
}

/**
 * For `npm start`, which runs the demo without a token. Returns 0 if ccbot itself should run: also if the settings are
 * invalid or their file was named, because ccbot then says what is wrong. Otherwise prints the settings file.
 */
function findToken(loaded: Loaded): number {
  if (!loaded.ok || loaded.config.CCBOT_ENV_FILE !== '') return EXIT.ok;
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_BOT_TOKEN_COMMAND: command } = loaded.config;
  if (token !== '' || command.length > 0 || process.env[CREDENTIALS_ENV] !== undefined) return EXIT.ok;
  noticingStray(loaded);
  process.stdout.write(`${loaded.paths.env}\n`);
  return NO_TOKEN;
}

/** The exit code of `find-token`, which no failure of Node.js has. */
const NO_TOKEN = 3;

function installationOf(programs: Programs): Installation {
  const launcher = join(__dirname, '..', 'bin', 'ccbot.js');
  return {
    version,
    launcher,
    self: process.argv[1] ?? launcher,
    workerEntry: () => programs.workerEntry(),
  };
}

async function runSupervisor(
  request: { standby: boolean; patient: boolean },
  programs: Programs,
): Promise<number> {
  const notReaped = leaveFirstPlace(process);
  if (notReaped !== null) process.stderr.write(`ccbot: ${notReaped}\n`);
  const prefix = prepareLaunch();
  const token = openTokenMemory();
  const load = (): Promise<Loaded> => loadSettingsFor(token);
  // The start takes what was loaded for the notice; it loads again only after it has waited.
  let first: Loaded | null = noticingStray(await load());
  const started = await start({
    async load() {
      const loaded = first ?? (await load());
      first = null;
      return loaded;
    },
    wait: waitModeOf(request),
    version,
    now: Date.now,
    say: (text) => process.stderr.write(`ccbot: ${text}\n`),
  });
  if (!started.ok) return started.code;
  let level = started.settings.config.LOG_LEVEL;
  const terminal = openTerminal(process.stdout.fd);
  const logs = openLogs(started.settings, () => level, terminal.stream);
  // A supervisor in an unknown state must not continue. The service manager or a standby takes over.
  process.once('uncaughtException', (error) => {
    logs.supervisor('error', 'supervisor failed', { error });
    process.on('uncaughtException', () => process.exit(EXIT.temporary));
    void logs.supervisor.close().finally(() => process.exit(EXIT.temporary));
  });
  try {
    const supervisor = await createSupervisor({
      acquired: started,
      reload: {
        refreshToken: () => refreshToken(token),
        async load() {
          const next = await load();
          if (next.ok) level = next.config.LOG_LEVEL;
          return next;
        },
      },
      host: hostOfThisProcess(),
      installation: { ...installationOf(programs), prefix },
      logs,
      clock: { now: Date.now, monotonicMs: systemMonotonicMs },
    });
    listenToSignals(supervisor);
    await supervisor.start();
    const code = await supervisor.done;
    await terminal.close();
    return code;
  } catch (error) {
    logs.supervisor('error', 'supervisor failed', { error });
    await logs.supervisor.close();
    return EXIT.temporary;
  }
}

/** A restart takes a new token. With a token among the settings there is nothing to read. */
async function refreshToken(memory: TokenMemory): Promise<Fault | null> {
  const settings = loadSettings({ needBot: false });
  if (!settings.ok || settings.config.TELEGRAM_BOT_TOKEN !== '') return null;
  const { TELEGRAM_BOT_TOKEN_COMMAND: command } = settings.config;
  return memory.refresh({
    env: process.env,
    command,
    source: settings.sources.TELEGRAM_BOT_TOKEN_COMMAND,
  });
}

function waitModeOf({ standby, patient }: { standby: boolean; patient: boolean }): WaitMode {
  if (patient) return 'patient';
  return standby ? 'standby' : 'none';
}

/** The logs of the supervisor and of the worker's output. The terminal shows both. */
function openLogs(
  { config, paths }: Settings,
  level: () => Level,
  terminal: Writable,
): SuperviseDeps['logs'] {
  const open = (program: string, threshold: Level | (() => Level)): Log =>
    createLog({
      level: threshold,
      file: { path: join(paths.logs, `${program}.log`) },
      stream: {
        to: terminal,
        as: config.CCBOT_LOG_FORMAT === 'json' ? 'json' : 'text',
        colour: wantsColour(process.stdout, process.env),
      },
      secrets: secretsOf(config),
      fields: { program },
    });
  // The worker has already filtered its lines by its own settings.
  return { supervisor: open('supervisor', level), worker: open('worker', 'debug') };
}

function listenToSignals(supervisor: Supervisor): void {
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY;
  process.on('SIGTERM', () => supervisor.stop());
  process.on('SIGINT', () => supervisor.stop());
  process.on('SIGHUP', () => {
    // Sent by a user it asks for a new worker. Sent because the terminal closed it means stop.
    if (onTerminal && !hasTerminal()) supervisor.stop();
    else void supervisor.restart();
  });
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false; // ENXIO: the terminal is gone; ENOENT: there was none
  }
}
