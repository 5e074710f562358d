import { randomUUID } from 'node:crypto';
import { wantsColour } from '@ccbot/shared/cli/colour';
import type { Loaded } from '@ccbot/shared/config/load';
import { isClustered } from '@ccbot/shared/cluster/settings';
import { ensureDirectories, type Paths } from '@ccbot/shared/config/paths';
import type { Config } from '@ccbot/shared/config/schema';
import { secretsOf } from '@ccbot/shared/config/secrets';
import { limitCoreDumps } from '@ccbot/shared/core-dumps/limit';
import { fault, faultText, FaultError, reasonOf, type Fault } from '@ccbot/shared/faults/fault';
import { adoptLock } from '@ccbot/shared/lock/flock';
import { holderOfThisProcess } from '@ccbot/shared/lock/holder';
import { acquireInstance } from '@ccbot/shared/lock/instance';
import { tokenLockPaths } from '@ccbot/shared/lock/token-paths';
import { createLog, type Log } from '@ccbot/shared/log/logger';
import { EXIT } from '@ccbot/shared/protocol/exit-codes';
import { GENERATION_ENV, LOCK_FD_ENV } from '@ccbot/shared/protocol/messages';
import type { Cluster } from '../cluster/cluster';
import { createGate } from '../inbox/gate';
import { createUpdates } from '../inbox/store';
import { storeFault } from '../store/faults';
import { openStore } from '../store/open';
import { noticeDamage } from '../store/soundness';
import { createBotApi } from '../telegram/adapter';
import { createPollCall } from '../telegram/poll-call';
import { openRoute } from '../telegram/proxy';
import { version } from '../../package.json';
import type { OpenClusterDeps } from './cluster/open';
import { runForever, type RunDeps } from './forever';
import type { PollWorld } from './run-world';

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
    let onPollSent = (): void => undefined;
    const pollSent = new Promise<void>((resolve) => (onPollSent = resolve));
    const base = await openBase(config, paths, log, onPollSent);
    const code = await run(request, base, { picture, isSupervised, pollSent });
    base.store.close();
    return code;
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

/** Opens what polling needs. The rest of the worker is loaded later: polls must not wait for it. */
async function openBase(config: Config, paths: Paths, log: Log, onPollSent: () => void): Promise<PollWorld> {
  const now = (): number => Date.now();
  const store = openStore(paths.db, now);
  const instance = randomUUID();
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot } = config;
  const cluster = await openOwnCluster({
    config,
    paths,
    store,
    run: { instance, version, startedAt: now() },
    log,
  });
  return {
    config,
    paths,
    store,
    updates: createUpdates(store, {
      source: `${token.split(':')[0]} at ${apiRoot}`,
      gate: createGate({ isAllowed: (user) => config.ALLOWED_USERS.includes(user), log, now }),
    }),
    ...(cluster === null ? {} : { cluster }),
    pollApi: createBotApi({
      token,
      apiRoot,
      ...(await openRoute(apiRoot, config)),
      createCall: (place) => createPollCall(place, onPollSent),
    }),
    instance,
    env: process.env,
    log,
    now,
    chance: () => Math.random(),
    version,
  };
}

async function openOwnCluster(deps: OpenClusterDeps): Promise<Cluster | null> {
  if (!isClustered(deps.config)) return null;
  const { openCluster } = await import('./cluster/open');
  return openCluster(deps);
}

async function run(request: WorkerRequest, base: PollWorld, world: RunDeps): Promise<number> {
  if (request.run === 'forever') return runForever(base, world);
  const { runOnce } = await import('./once');
  return runOnce(base, world.picture, request.json);
}

/** Prints every fault; the exit code is the first one's. */
function fail(...faults: Fault[]): number {
  for (const one of faults) process.stderr.write(`ccbot: ${faultText(one)}\n`);
  return faults[0]?.exit ?? EXIT.config;
}
