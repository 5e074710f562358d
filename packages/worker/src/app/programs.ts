import { homedir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, loadWithToken, type Loaded, type LoadOptions } from '@ccbot/shared/config/load';
import { workingDirectory } from '@ccbot/shared/config/own-environment';
import type { Paths } from '@ccbot/shared/config/paths';
import { strayEnvNotice } from '@ccbot/shared/config/stray-env-file';
import { readToken } from '@ccbot/shared/config/token';
import { faultText, type Fault } from '@ccbot/shared/faults/fault';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { LOCK_FD_ENV, TOKEN_STDIN_ENV } from '@ccbot/shared/protocol/messages';
import type { Request } from '../cli';
import { version } from '../../package.json';
import { runWorker } from './worker';

type RequestOf<R extends Request['run']> = Extract<Request, { run: R }>;

/** What each request of the command line runs; resolves with the exit code. Everything but the worker is loaded when it is asked for. */
type Programs = { readonly [R in Request['run']]: (request: RequestOf<R>) => Promise<number> };

const { env, stdout: out, stderr: err } = process;
const now = (): number => Date.now();

/** The folder of the bundles: the hook and its like lie beside the worker. */
const bundle = (name: string): string => join(__dirname, name);

const load = (options?: LoadOptions): Loaded => loadConfig({ env, home: homedir() }, options);

/** As {@link load}, with the token that is not among the settings. */
const loadTokenToo = (options: LoadOptions = {}): Promise<Loaded> =>
  loadWithToken({ env, home: homedir() }, options, (request) =>
    readToken(request, { onSlow: (text) => void err.write(`ccbot: ${text}\n`) }),
  );

/** Says that a `.env` in the working directory is not read; a supervisor has said that for its worker. Returns the settings. */
function noticingStray(loaded: Loaded): Loaded {
  const notice = env[LOCK_FD_ENV] === undefined ? strayEnvNotice('.env', loaded.paths.env) : null;
  if (notice !== null) err.write(`ccbot: ${notice}\n`);
  return loaded;
}

/** The settings with the token, which a supervisor hands down if it is not among them. */
async function loadForBot(): Promise<Loaded> {
  if (env[TOKEN_STDIN_ENV] !== '1') return noticingStray(await loadTokenToo());
  Reflect.deleteProperty(env, TOKEN_STDIN_ENV); // the programs that the worker starts do not need it
  const { readInput } = await import('../hook/stdin');
  const text = readInput(TOKEN_MAX)?.toString('utf8') ?? '';
  return noticingStray(load({ readToken: () => (text === '' ? null : { text, source: 'the supervisor' }) }));
}

/** A token has some 50 characters. */
const TOKEN_MAX = 4_096;

/** The command lines by which agents run ccbot's hook and status line. */
async function hookCommands({ launcher }: Paths): Promise<{ hook: string; statusLine: string }> {
  const { hookCommandLine } = await import('../hook/entries');
  return {
    hook: hookCommandLine(launcher, bundle('hook.js')),
    statusLine: hookCommandLine(launcher, bundle('statusline.js')),
  };
}

const PROGRAMS: Programs = {
  forever: async (request) => runWorker(request, await loadForBot(), bundle('picture.js')),
  once: async (request) => runWorker(request, await loadForBot(), bundle('picture.js')),
  async hook(request) {
    const { hookCommand } = await import('../hook/install');
    const loaded = load({ needBot: false });
    if (!loaded.ok && !loaded.isPlaced) return refuse(loaded.faults);
    const { paths } = loaded;
    if (request.action === 'install') {
      const { writeLauncher } = await import('@ccbot/shared/node-launcher/launcher');
      const trouble = writeLauncher(paths, { home: homedir(), path: env['PATH'] });
      if (trouble !== null) return refuse([trouble]);
    }
    const { hook, statusLine } = await hookCommands(paths);
    return hookCommand(request, {
      env,
      home: homedir(),
      paths,
      command: hook,
      statusLine,
      projects: [workingDirectory(homedir())],
      terminal: { out, err },
    });
  },
  commands({ tree }) {
    out.write(`${JSON.stringify(tree)}\n`);
    return Promise.resolve(EXIT.ok);
  },
  async canary(request) {
    const { canaryCommand } = await import('../canary/command');
    const user = { path: env['PATH'] ?? '/usr/bin:/bin', home: homedir() };
    return canaryCommand(request, { loaded: noticingStray(load({ needBot: false })), user, out, err, now });
  },
  async import(request) {
    const { importCommand } = await import('../features/import/command');
    return importCommand(request, {
      loaded: await loadForBot(),
      host: { env, home: homedir(), version },
      out,
      err,
      now,
    });
  },
  async 'cluster-status'(request) {
    const { clusterStatus } = await import('../cluster/survey/command');
    const { surveyCluster } = await import('../cluster/connect');
    return clusterStatus(request, { loaded: await loadTokenToo(), survey: surveyCluster, out, err, now });
  },
  async 'cluster-forget'(request) {
    const { clusterForget } = await import('../cluster/survey/forget');
    const { forgetMachine, surveyCluster } = await import('../cluster/connect');
    const { stdin: input } = process;
    const read = { loaded: await loadTokenToo(), survey: surveyCluster, out, err, now };
    return clusterForget(request, { ...read, forget: forgetMachine, input });
  },
  async doctor({ repair, clusterOnly }) {
    const { runClusterDoctor, runDoctor } = await import('../doctor/command');
    if (clusterOnly) return runClusterDoctor({ loaded: await loadTokenToo(), out });
    const options = { needBot: false };
    const loaded = repair ? await loadTokenToo(options) : load(options);
    const { hook: hookCommand, statusLine } = await hookCommands(loaded.paths);
    const host = { env, home: homedir(), hookCommand, statusLine };
    return runDoctor({ loaded, host, version, repair, out, now });
  },
  async 'send-file'(request) {
    const { sendCommand } = await import('../features/send-file/command');
    return sendCommand(request, { env, home: homedir(), cwd: process.cwd(), out, err });
  },
};

/** Prints the faults. Returns the exit code. */
function refuse(faults: readonly Fault[]): number {
  for (const one of faults) err.write(`ccbot: ${faultText(one)}\n`);
  return faults[0]?.exit ?? EXIT.config;
}

/** Runs what the command line asks for. */
export function runProgram(request: Request): Promise<number> {
  // The table has a program for each request, of that request's own type.
  const program = PROGRAMS[request.run] as (request: Request) => Promise<number>;
  return program(request);
}
