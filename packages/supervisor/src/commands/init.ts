import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Loaded } from '@ccbot/shared/config/load';
import { ensureDirectories, tokenLockPath } from '@ccbot/shared/config/paths';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { holderOfThisProcess } from '@ccbot/shared/lock/holder';
import { acquireInstance } from '@ccbot/shared/lock/instance';
import type { Request } from '../cli';
import type { Ran } from '../doctor/deps';
import { createScriptAsker, GaveUp, NobodyToAsk, type Asker } from '../init/asker';
import { init } from '../init/init';
import { createPlainAsker } from '../init/plain';
import { callBotApi } from '../net/bot-api';
import { look } from '../status/look';
import { isActive } from '../status/render';
import type { DoctorCommandDeps } from './doctor';
import { restart } from './restart';
import { service, serviceOf } from './service';

/** The exit code after Ctrl-C: 128 and the signal's number, as a shell reports it. */
const INTERRUPTED = 130;

/** A worker that is started polls within this, ms; else the person looks by themselves. */
const READY_MS = 30_000;

/** What the command is given. */
export interface InitCommandDeps extends DoctorCommandDeps {
  /** Reads the settings anew. */
  load(): Loaded;
  program: string;
  /** The program as it runs now. */
  self: string;
  cwd: string;
}

/** `ccbot init`: 0 when all is set up, 130 when the person gave up (nothing is half-written then), 1 otherwise. */
export async function initCommand(
  request: Extract<Request, { run: 'init' }>,
  deps: InitCommandDeps,
): Promise<number> {
  const { env, out, err } = deps;
  const loaded = deps.load();
  const trouble = ensureDirectories(loaded.paths);
  if (trouble !== null) {
    err.write(`ccbot: ${trouble.what}\n${trouble.todo}\n`);
    return trouble.exit;
  }
  const write = (text: string): void => void out.write(`${text}\n`);
  const person = deps.in.isTTY === true && out.isTTY === true && !request.yes;
  const asker: Asker = !person
    ? createScriptAsker(request.yes, write)
    : env['TERM'] === 'dumb'
      ? createPlainAsker(deps.in, out)
      : (await import('../init/terminal')).createTerminalAsker();
  const run = (program: string, args: readonly string[], timeout = 60_000): Promise<Ran> =>
    new Promise((resolve) => {
      execFile(program, args, { env: { ...env }, timeout }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
        resolve({ code, stdout, stderr });
      });
    });
  const options = loaded.ok ? loaded.config : null;
  try {
    await init(request, {
      load: () => deps.load(),
      asker,
      call: (token, method, body, timeoutMs) =>
        callBotApi(
          `${options?.TELEGRAM_API_ROOT ?? 'https://api.telegram.org'}/bot${token}/${method}`,
          body,
          options?.TG_PROXY_URL ?? '',
          timeoutMs,
        ),
      readStdin: () => readFileSync(0, 'utf8'),
      lock(token) {
        const tokenLock = tokenLockPath(token, options?.TELEGRAM_API_ROOT ?? 'https://api.telegram.org');
        const holder = holderOfThisProcess(deps.version, loaded.paths.dir, deps.now(), 'command');
        const held = acquireInstance({ lock: loaded.paths.lock, tokenLock }, holder);
        if (!held.ok) return held.fault.what;
        return () => {
          held.locks.token.release();
          held.locks.directory.release();
        };
      },
      run,
      hooks: (action) => run(process.execPath, [deps.workerEntry(), 'hook', action]),
      service: serviceOf(deps, async () => {
        const now = deps.load();
        return now.ok ? service({ run: 'service', action: 'install' }, now, deps) : 1;
      }),
      uid: process.getuid?.() ?? 0,
      start: () => start(deps),
      isRunning: () => polls(deps),
      host: options?.CCBOT_HOST || hostname(),
      pause: async (ms) => void (await pause(ms)),
    });
    return 0;
  } catch (error) {
    if (error instanceof GaveUp) {
      err.write('Stopped. Nothing was written; `ccbot init` begins anew.\n');
      return INTERRUPTED;
    }
    const hint = error instanceof NobodyToAsk ? 'there is no terminal to ask at' : 'not set up';
    err.write(`ccbot init: ${hint}: ${reasonOf(error)}\n`);
    return error instanceof NobodyToAsk ? 2 : 1;
  } finally {
    asker.close();
  }
}

/** Whether the bot is polled. */
async function polls(deps: InitCommandDeps): Promise<boolean> {
  return isActive(await look(deps.load().paths));
}

/** Starts a supervisor that outlives this terminal, or gives a running one the new settings. */
async function start(deps: InitCommandDeps): Promise<string> {
  const { paths } = deps.load();
  if ((await look(paths)).is === 'supervised') {
    const code = await restart(deps);
    return code === 0 ? 'ccbot runs, with the settings as they are now.' : 'ccbot runs; see `ccbot status`.';
  }
  const child = spawn(process.execPath, [deps.self, 'supervise'], {
    env: { ...deps.env },
    cwd: deps.home,
    detached: true,
    stdio: 'ignore',
  });
  child.on('error', () => undefined); // it is seen below that nothing runs
  child.unref();
  for (const until = deps.now() + READY_MS; deps.now() < until; await pause(200)) {
    if (await polls(deps))
      return 'ccbot runs. `ccbot status` tells how it is, `ccbot stop` ends it; after a reboot it has to be started again.';
    if (child.exitCode !== null) break;
  }
  return 'ccbot does not poll yet; see `ccbot status` and `ccbot logs`.';
}
