import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { wantsColour } from '@ccbot/shared/cli/colour';
import { inHome } from '@ccbot/shared/config/absolute-path';
import type { Loaded } from '@ccbot/shared/config/load';
import { workingDirectory } from '@ccbot/shared/config/own-environment';
import { ensureDirectories, type Paths } from '@ccbot/shared/config/paths';
import type { Config } from '@ccbot/shared/config/schema';
import { secretsOf } from '@ccbot/shared/config/secrets';
import { limitCoreDumps } from '@ccbot/shared/core-dumps/limit';
import { agentEnvironment } from '@ccbot/shared/environment/agents';
import { fault, faultText, FaultError, reasonOf, type Fault } from '@ccbot/shared/faults/fault';
import { adoptLock } from '@ccbot/shared/lock/flock';
import { holderOfThisProcess } from '@ccbot/shared/lock/holder';
import { acquireInstance } from '@ccbot/shared/lock/instance';
import { tokenLockPaths } from '@ccbot/shared/lock/token-paths';
import { createLog, type Log } from '@ccbot/shared/log/logger';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { GENERATION_ENV, LOCK_FD_ENV } from '@ccbot/shared/protocol/messages';
import { withheldFromAgents } from '../agents/withheld';
import { createGate } from '../inbox/gate';
import { createUpdates } from '../inbox/store';
import { createPainter, type Painter } from '../picture/painter';
import { storeFault } from '../store/faults';
import { openStore } from '../store/open';
import { createSettings } from '../store/settings';
import { noticeDamage } from '../store/soundness';
import { createBotApi } from '../telegram/adapter';
import type { BotApi } from '../telegram/api';
import { createFileSource } from '../telegram/files';
import { openRoute } from '../telegram/proxy';
import { openPanes } from '../terminal/open';
import { createServerMemory } from '../terminal/tmux/server-memory';
import type { TmuxOptions } from '../terminal/tmux/state';
import type { Panes } from '../terminal/panes';
import { version } from '../../package.json';
import { openCluster } from './cluster/open';
import { runForever } from './forever';
import { runOnce } from './once';
import type { RunWorld } from './run-world';

/** How the worker runs: until it is told to stop, or one round. */
export type WorkerRequest = { run: 'forever' } | { run: 'once'; json: boolean };

/** Runs the worker under the lock; `picture` is the program that draws screens. Resolves with the exit code. */
export async function runWorker(request: WorkerRequest, loaded: Loaded, picture: string): Promise<number> {
  if (!loaded.ok) return fail(...loaded.faults);
  const { config, paths } = loaded;
  const unusable = ensureDirectories(paths);
  if (unusable !== null) return fail(unusable);
  const isSupervised = process.env[LOCK_FD_ENV] !== undefined && process.send !== undefined;
  if (!isSupervised) await limitCoreDumps(); // a supervised worker has inherited the limit
  const held = takeLock(config, paths, isSupervised);
  if (!held.ok) return fail(held.fault);
  const log = openLog(config, isSupervised);
  const report = (thrown: unknown): Fault => reportFault(log, paths, thrown);
  // Nothing is known to be whole then: the next worker continues from what is on disk. Node.js would exit with 1, which means that the lock is held.
  process.once('uncaughtException', (thrown) => {
    const { exit } = report(thrown);
    void log.close().finally(() => process.exit(exit));
  });
  try {
    return await runOpened(request, await openWorld(config, paths, picture, log), isSupervised);
  } catch (thrown) {
    return report(thrown).exit;
  } finally {
    await log.close();
  }
}

/** The supervisor hands its lock down; a worker that is started by hand takes its own. */
function takeLock(config: Config, paths: Paths, isSupervised: boolean) {
  if (isSupervised) return adoptLock(paths.lock, Number(process.env[LOCK_FD_ENV]));
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot } = config;
  return acquireInstance(
    { lock: paths.lock, token: tokenLockPaths(paths, { token, apiRoot }) },
    holderOfThisProcess(version, paths.dir, Date.now(), 'worker'),
  );
}

function openLog(config: Config, isSupervised: boolean): Log {
  const generation = isSupervised ? { generation: Number(process.env[GENERATION_ENV] ?? 0) } : {};
  return createLog({
    level: config.LOG_LEVEL,
    secrets: secretsOf(config),
    fields: { program: 'worker', ...generation },
    // The supervisor writes what a supervised worker prints into the worker log.
    stream: isSupervised
      ? { to: process.stdout, as: 'json', colour: false }
      : {
          to: process.stderr,
          as: config.CCBOT_LOG_FORMAT === 'json' ? 'json' : 'text',
          colour: wantsColour(process.stderr, process.env),
        },
  });
}

function reportFault(log: Log, paths: Paths, thrown: unknown): Fault {
  noticeDamage(paths.db, thrown);
  const error = storeFault(paths.db, thrown);
  const known = error instanceof FaultError ? error.fault : fault('UNEXPECTED', { reason: reasonOf(error) });
  log('error', faultText(known), error instanceof Error && !(error instanceof FaultError) ? { error } : {});
  return known;
}

interface OpenedWorld extends RunWorld {
  painter: Painter;
}

async function openWorld(config: Config, paths: Paths, picture: string, log: Log): Promise<OpenedWorld> {
  const now = (): number => Date.now();
  const store = openStore(paths.db, now);
  const instance = randomUUID();
  const cluster = openCluster({ config, paths, store, run: { instance, version, startedAt: now() }, log });
  const env = agentEnvironment(process.env, withheldFromAgents(config));
  const servers = createServerMemory(createSettings(store), log);
  const panes = await openTerminal(config, { owner: paths.dir, servers }, env, log);
  const painter = createPainter({ program: picture, env: { PATH: env['PATH'] } });
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot } = config;
  const route = await openRoute(apiRoot, config);
  const api = (): BotApi => createBotApi({ token, apiRoot, ...route });
  return {
    config,
    paths,
    store,
    updates: createUpdates(store, {
      gate: createGate({ isAllowed: (user) => config.ALLOWED_USERS.includes(user), log, now }),
    }),
    panes,
    painter,
    log,
    now,
    version,
    instance,
    ...(cluster === null ? {} : { cluster }),
    api: api(),
    apiAt: async (root) => createBotApi({ token, apiRoot: root, ...(await openRoute(root, config)) }),
    pollApi: api(),
    files: createFileSource({
      api: api(),
      token,
      apiRoot,
      filesDir: inHome(config.TELEGRAM_LOCAL_FILES, homedir()),
      makeAgent: route.makeAgent,
    }),
    env: process.env,
    home: homedir(),
    cwd: workingDirectory(homedir()),
    chance: () => Math.random(),
  };
}

/** tmux where it is installed; else a terminal whose windows end with the worker. */
function openTerminal(
  config: Config,
  { owner, servers }: Pick<TmuxOptions, 'owner' | 'servers'>,
  env: NodeJS.ProcessEnv,
  log: Log,
): Promise<Panes> {
  return openPanes(
    {
      program: config.CCBOT_TMUX,
      socket: config.CCBOT_TMUX_SOCKET,
      session: config.TMUX_SESSION_NAME,
      owner,
      servers,
      env,
      withheld: withheldFromAgents(config),
      log,
    },
    async () => {
      log('warn', fault('TMUX_MISSING', {}).what);
      const { createPtyPanes } = await import('../terminal/pty/panes');
      return createPtyPanes({ env, log });
    },
  );
}

async function runOpened(request: WorkerRequest, world: OpenedWorld, isSupervised: boolean): Promise<number> {
  const code =
    request.run === 'once' ? await runOnce(world, request.json) : await runForever(world, isSupervised);
  await world.painter.stop();
  world.store.close();
  return code;
}

/** Prints every fault; the exit code is the first one's. */
function fail(...faults: Fault[]): number {
  for (const one of faults) process.stderr.write(`ccbot: ${faultText(one)}\n`);
  return faults[0]?.exit ?? EXIT.config;
}
