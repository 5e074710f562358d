import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { isClustered } from '@ccbot/shared/cluster/settings';
import { proxyFor } from '@ccbot/shared/config/no-proxy';
import { shellWord } from '@ccbot/shared/cli/shell-quote';
import type { Loaded } from '@ccbot/shared/config/load';
import { ensureDirectories } from '@ccbot/shared/config/paths';
import { SETTINGS } from '@ccbot/shared/config/schema';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { holderOfThisProcess } from '@ccbot/shared/lock/holder';
import { acquireInstance } from '@ccbot/shared/lock/instance';
import { tokenLockPaths, type TokenLockPaths } from '@ccbot/shared/lock/token-paths';
import type { Request } from '../cli';
import type { Environment, Ran, RunProgram } from '../host';
import { createScriptPrompter, Interrupted, NoTerminal, type Prompter } from '../init/prompter';
import { init, type InitDeps } from '../init/init';
import { createKeyring } from '../init/keyring';
import { createPlainPrompter } from '../init/plain';
import { redact } from '@ccbot/shared/log/redact';
import { adviceOf } from '@ccbot/shared/net/advice';
import { callBotApi } from '../net/bot-api';
import { inspect } from '../status/inspect';
import { isActive } from '../status/render';
import type { CommandDeps } from './deps';
import { checkedValues } from './cluster';
import { restart } from './restart';
import { service, serviceOf } from './service';

/** The exit code after Ctrl-C, as shells report it: 128 plus the signal's number. */
const INTERRUPTED = 130;

/** How long to wait for a new worker to poll, ms. */
const READY_MS = 30_000;

/** The time limit for a program, ms. */
const RUN_MS = 60_000;

/** `ccbot init`: returns 0 if all is set up, 130 if the user gave up (then nothing was written), 1 otherwise. */
export async function initCommand(
  request: Extract<Request, { run: 'init' }>,
  deps: CommandDeps,
): Promise<number> {
  const { err } = deps.terminal;
  const loaded = await deps.load();
  const trouble = ensureDirectories(loaded.paths);
  if (trouble !== null) {
    err.write(`ccbot: ${trouble.what}\n${trouble.todo}\n`);
    return trouble.exit;
  }
  const prompter = await openPrompter(request.yes, deps);
  try {
    await init(request, initDeps(loaded, prompter, deps));
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) {
      err.write('Stopped. Nothing was written; run `ccbot init` to start over.\n');
      return INTERRUPTED;
    }
    const hint = error instanceof NoTerminal ? 'cannot ask without a terminal' : 'not set up';
    err.write(`ccbot init: ${hint}: ${reasonOf(error)}\n`);
    return error instanceof NoTerminal ? 2 : 1;
  } finally {
    prompter.close();
  }
}

async function openPrompter(yes: boolean, deps: CommandDeps): Promise<Prompter> {
  const { terminal, host } = deps;
  const { out } = terminal;
  const isInteractive = terminal.in.isTTY === true && out.isTTY === true && !yes;
  if (!isInteractive) return createScriptPrompter(yes, (text) => void out.write(`${text}\n`));
  if (host.env['TERM'] === 'dumb') return createPlainPrompter(terminal.in, out);
  // Loaded only if needed: it is large.
  const { createTerminalPrompter } = await import('../init/terminal');
  return createTerminalPrompter();
}

function initDeps(loaded: Loaded, prompter: Prompter, deps: CommandDeps): InitDeps {
  const config = loaded.ok ? loaded.config : null;
  const apiRoot = config?.TELEGRAM_API_ROOT ?? SETTINGS.TELEGRAM_API_ROOT.default ?? '';
  const proxyUrl = config === null ? '' : proxyFor(apiRoot, config);
  const run: RunProgram = (program, args, timeout = RUN_MS) =>
    runProgram(program, args, deps.host.env, timeout);
  return {
    load: () => deps.load(),
    prompter,
    bot: {
      call: (token, method, body, timeoutMs) =>
        callBotApi(`${apiRoot}/bot${token}/${method}`, body, proxyUrl, timeoutMs),
      explain: (trouble) => {
        const way = { apiRoot, proxyUrl, file: loaded.paths.env };
        const { what, todo } = adviceOf({ ...trouble, reason: redact(trouble.reason) }, way, deps.now());
        return `${what} ${todo}`;
      },
      lock: (token) => lockForPolling(loaded, tokenLockPaths(loaded.paths, { token, apiRoot }), deps),
    },
    machine: {
      name: config?.CCBOT_HOST || hostname(),
      uid: deps.host.uid,
      startCommand: startCommand(deps.host.env['CCBOT_ENV_FILE']),
      run,
      readStdin: () => readFileSync(0, 'utf8'),
      keyring: createKeyring(loaded.paths.dir, deps.host.env),
      pause: async (ms) => void (await pause(ms)),
    },
    service: serviceOf(deps, async () => {
      const current = await deps.load();
      return current.ok ? service({ run: 'service', action: 'install' }, current, deps) : 1;
    }),
    instance: {
      hooks: (...options) => run(process.execPath, [deps.installation.workerEntry(), 'hook', ...options]),
      start: () => start(deps),
      isRunning: () => isPolling(deps),
      isClustered: () => config !== null && isClustered(config),
      checkCluster: async (options, { token, allowed }) =>
        checkedValues(
          options,
          { TELEGRAM_BOT_TOKEN: token, ALLOWED_USERS: allowed },
          await deps.load(),
          deps,
        ),
    },
  };
}

function startCommand(envFile = ''): string {
  return envFile === '' ? 'ccbot supervise' : `ccbot supervise --env-file ${shellWord(envFile)}`;
}

/** Returns a function that releases the locks, or a text that names their holder. */
function lockForPolling(loaded: Loaded, token: TokenLockPaths, deps: CommandDeps): (() => void) | string {
  const { dir, lock } = loaded.paths;
  const holder = holderOfThisProcess(deps.installation.version, dir, deps.now(), 'command');
  const acquired = acquireInstance({ lock, token }, holder);
  if (!acquired.ok) return acquired.fault.what;
  return () => {
    acquired.locks.token.release();
    acquired.locks.directory.release();
  };
}

function runProgram(
  program: string,
  args: readonly string[],
  env: Environment,
  timeout: number,
): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(program, args, { env: { ...env }, timeout }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
      resolve({ code, stdout, stderr });
    });
  });
}

async function isPolling(deps: CommandDeps): Promise<boolean> {
  return isActive(await inspect((await deps.load()).paths));
}

/** Starts a supervisor that outlives this terminal, or lets a running one take the new settings. */
async function start(deps: CommandDeps): Promise<string> {
  const { paths } = await deps.load();
  if ((await inspect(paths)).is === 'supervised') {
    const code = await restart(deps);
    return code === 0
      ? 'ccbot is running with the current settings.'
      : 'ccbot is running; see `ccbot status`.';
  }
  const child = spawn(process.execPath, [deps.installation.self, 'supervise'], {
    env: { ...deps.host.env },
    cwd: deps.host.home,
    detached: true,
    stdio: 'ignore',
  });
  child.on('error', () => undefined); // the loop below finds that nothing is running
  child.unref();
  for (const deadline = deps.now() + READY_MS; deps.now() < deadline; await pause(200)) {
    if (await isPolling(deps))
      return 'ccbot is running. `ccbot status` shows its state and `ccbot stop` stops it. After a reboot, start it again.';
    if (child.exitCode !== null) break;
  }
  return 'ccbot is not ready yet; see `ccbot status` and `ccbot logs`.';
}
