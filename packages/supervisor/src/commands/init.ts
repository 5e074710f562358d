import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Loaded } from '@ccbot/shared/config/load';
import { ensureDirectories, tokenLockPath } from '@ccbot/shared/config/paths';
import { SETTINGS } from '@ccbot/shared/config/schema';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { holderOfThisProcess } from '@ccbot/shared/lock/holder';
import { acquireInstance } from '@ccbot/shared/lock/instance';
import type { Request } from '../cli';
import type { Ran } from '../doctor/deps';
import { createScriptPrompter, Interrupted, NoTerminal, type Prompter } from '../init/prompter';
import { init, type InitDeps } from '../init/init';
import { createPlainPrompter } from '../init/plain';
import { callBotApi } from '../net/bot-api';
import { inspect } from '../status/inspect';
import { isActive } from '../status/render';
import type { DoctorCommandDeps } from './doctor';
import { restart } from './restart';
import { service, serviceOf } from './service';

/** The exit code after Ctrl-C, as shells report it: 128 plus the signal's number. */
const INTERRUPTED = 130;

/** How long to wait for a new worker to poll, ms. */
const READY_MS = 30_000;

/** The time limit for a program, ms. */
const RUN_MS = 60_000;

export interface InitCommandDeps extends DoctorCommandDeps {
  /** Loads the current settings. */
  load(): Loaded;
  program: string;
  /** The path of the running program. */
  self: string;
  cwd: string;
}

/** `ccbot init`: returns 0 if all is set up, 130 if the user gave up (then nothing was written), 1 otherwise. */
export async function initCommand(
  request: Extract<Request, { run: 'init' }>,
  deps: InitCommandDeps,
): Promise<number> {
  const { err } = deps;
  const loaded = deps.load();
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

async function openPrompter(yes: boolean, deps: InitCommandDeps): Promise<Prompter> {
  const { out, env } = deps;
  const isInteractive = deps.in.isTTY === true && out.isTTY === true && !yes;
  if (!isInteractive) return createScriptPrompter(yes, (text) => void out.write(`${text}\n`));
  if (env['TERM'] === 'dumb') return createPlainPrompter(deps.in, out);
  // Loaded only if needed: it is large.
  const { createTerminalPrompter } = await import('../init/terminal');
  return createTerminalPrompter();
}

function initDeps(loaded: Loaded, prompter: Prompter, deps: InitCommandDeps): InitDeps {
  const config = loaded.ok ? loaded.config : null;
  const apiRoot = config?.TELEGRAM_API_ROOT ?? SETTINGS.TELEGRAM_API_ROOT.default ?? '';
  const run: InitDeps['run'] = (program, args, timeout = RUN_MS) =>
    runProgram(program, args, deps.env, timeout);
  return {
    load: () => deps.load(),
    prompter,
    call: (token, method, body, timeoutMs) =>
      callBotApi(`${apiRoot}/bot${token}/${method}`, body, config?.TG_PROXY_URL ?? '', timeoutMs),
    readStdin: () => readFileSync(0, 'utf8'),
    lock(token) {
      const holder = holderOfThisProcess(deps.version, loaded.paths.dir, deps.now(), 'command');
      const paths = { lock: loaded.paths.lock, tokenLock: tokenLockPath(token, apiRoot) };
      const acquired = acquireInstance(paths, holder);
      if (!acquired.ok) return acquired.fault.what;
      return () => {
        acquired.locks.token.release();
        acquired.locks.directory.release();
      };
    },
    run,
    hooks: (action) => run(process.execPath, [deps.workerEntry(), 'hook', action]),
    service: serviceOf(deps, async () => {
      const current = deps.load();
      return current.ok ? service({ run: 'service', action: 'install' }, current, deps) : 1;
    }),
    uid: process.getuid?.() ?? 0,
    start: () => start(deps),
    isRunning: () => isPolling(deps),
    host: config?.CCBOT_HOST || hostname(),
    pause: async (ms) => void (await pause(ms)),
  };
}

function runProgram(
  program: string,
  args: readonly string[],
  env: InitCommandDeps['env'],
  timeout: number,
): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(program, args, { env: { ...env }, timeout }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
      resolve({ code, stdout, stderr });
    });
  });
}

async function isPolling(deps: InitCommandDeps): Promise<boolean> {
  return isActive(await inspect(deps.load().paths));
}

/** Starts a supervisor that outlives this terminal, or lets a running one take the new settings. */
async function start(deps: InitCommandDeps): Promise<string> {
  const { paths } = deps.load();
  if ((await inspect(paths)).is === 'supervised') {
    const code = await restart(deps);
    return code === 0
      ? 'ccbot is running with the current settings.'
      : 'ccbot is running; see `ccbot status`.';
  }
  const child = spawn(process.execPath, [deps.self, 'supervise'], {
    env: { ...deps.env },
    cwd: deps.home,
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
  return 'ccbot does not poll yet; see `ccbot status` and `ccbot logs`.';
}
