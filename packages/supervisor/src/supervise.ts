import { isoTime } from '@ccbot/shared/iso-time';
import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { ensureDirectories } from '@ccbot/shared/config/paths';
import { limitCoreDumps } from '@ccbot/shared/core-dumps/limit';
import { holderOfThisProcess } from '@ccbot/shared/lock/holder';
import type { Log } from '@ccbot/shared/log/logger';
import { writeLauncher } from '@ccbot/shared/node-launcher/launcher';
import { deathSignalPrefix } from '@ccbot/shared/programs/death-signal';
import { createWorkerEntry } from './child/entry';
import { deadlineOf } from './deadline';
import { createEffects, type Effects } from './effects';
import type { Host, Installation } from './host';
import { createLocks, type Locks } from './locks';
import { createRunner, type Runner } from './runner';
import { createServiceNotify, type ServiceNotify } from './service/notify';
import { downByRunit } from './service/runit';
import { createCurrentSettings, type CurrentSettings, type Reloaded, type ReloadSettings } from './settings';
import type { Acquired } from './start';
import { initialState } from './state';
import { openControl, type Control, type Restarted } from './status/control';
import { ownEnvironmentOf } from './status/environment';
import type { Report, Self } from './status/report';
import { createReporter, type Reporter } from './status/reporter';
import { resumed } from './status/resume';
import { readReport } from './status/state-file';

export interface SuperviseDeps {
  /** The settings and locks to begin with. */
  acquired: Pick<Acquired, 'settings' | 'locks'>;
  reload: ReloadSettings;
  host: Pick<Host, 'env' | 'cwd' | 'home'>;
  /** `prefix`: see {@link prepareLaunch}. */
  installation: Pick<Installation, 'version' | 'workerEntry'> & { prefix: Promise<readonly string[]> };
  /** `worker` is the log of the worker's output. */
  logs: { supervisor: Log; worker: Log };
  clock: { now(): number; monotonicMs(): number };
}

/** A supervisor. */
export interface Supervisor {
  /** Starts the worker, and everything by which others learn of it. From then on a signal must not just end the process. */
  start(): Promise<void>;
  /** Replaces the worker. See {@link Restarted}. */
  restart(): Promise<Restarted>;
  stop(): void;
  report(): Report;
  /** Resolves to the exit code when everything has ended and is released. */
  readonly done: Promise<number>;
}

/** The parts of a running supervisor. */
interface Parts {
  readonly deps: SuperviseDeps;
  readonly settings: CurrentSettings;
  readonly locks: Locks;
  readonly runner: Runner;
  readonly effects: Effects;
  readonly reporting: Reporting;
}

/** How others learn about the supervisor. */
interface Reporting {
  readonly reporter: Reporter;
  readonly notify: ServiceNotify;
  /** Null until it is open, and if it could not be opened. */
  control: Control | null;
}

/**
 * Finds the words in front of a worker's command, and limits core dumps, which the worker and the tmux server that it
 * starts inherit. Both ask other programs: call it first, and they run while the settings are read and the locks taken.
 */
export async function prepareLaunch(): Promise<readonly string[]> {
  const [prefix] = await Promise.all([deathSignalPrefix(process.env), limitCoreDumps()]);
  return prefix;
}

/** Creates the supervisor. The caller already holds the locks. */
export async function createSupervisor(deps: SuperviseDeps): Promise<Supervisor> {
  let resolveDone: (code: number) => void = () => undefined;
  const done = new Promise<number>((resolve) => (resolveDone = resolve));
  const parts = assemble(deps, await deps.installation.prefix, resolveDone);
  return {
    start: () => start(parts),
    restart: () => restart(parts),
    stop: () => stop(parts),
    report: () => parts.reporting.reporter.report(),
    done,
  };
}

/** Has the service and the hooks run this Node.js from now on. Without that, they look for one at each start. */
function keepLauncher({ acquired, host, logs }: SuperviseDeps): void {
  const trouble = writeLauncher(acquired.settings.paths, { home: host.home, path: host.env['PATH'] });
  if (trouble !== null) logs.supervisor('warn', 'launcher not written', { reason: trouble.what });
}

function assemble(
  deps: SuperviseDeps,
  prefix: readonly string[],
  resolveDone: (code: number) => void,
): Parts {
  const { clock, installation } = deps;
  const { paths } = deps.acquired.settings;
  const log = deps.logs.supervisor;
  const started = { wall: clock.now(), at: clock.monotonicMs() };
  const locks = heldLocks(deps, started.wall);
  const settings = createCurrentSettings(deps.acquired.settings, deps.reload, locks);
  // The machine's effects need the other parts, and those need the runner: hence the references to later constants here.
  const effects = createEffects({
    settings: { get: () => settings.get(), apply: async () => (await applySettings(parts)).refused },
    locks,
    launch: {
      prefix,
      env: deps.host.env,
      cwd: deps.host.cwd,
      entry: createWorkerEntry(() => installation.workerEntry()),
    },
    log,
    workerLog: deps.logs.worker,
    supervisor: {
      send: (event) => runner.send(event),
      setWorkerMetrics: (families) => reporter.setWorkerMetrics(families),
      exit: (code) => void end(parts, code).then(() => resolveDone(code)),
    },
  });
  const runner: Runner = createRunner({
    policy: settings.policy(),
    initial: resumed(initialState(started.at), readReport(paths.supervisorState), started),
    now: () => clock.monotonicMs(),
    perform: (effect) => effects.perform(effect),
    changed() {
      reporter.saveIfChanged();
      parts.reporting.control?.publish();
    },
  });
  const reporter = createReporter({
    self: selfOf(deps, started.wall),
    clock,
    policy: () => settings.policy(),
    state: () => runner.state(),
    path: paths.supervisorState,
    log,
  });
  const notify = createServiceNotify(deps.host.env, () => isAlive(parts), log);
  const parts: Parts = {
    deps,
    settings,
    locks,
    runner,
    effects,
    reporting: { reporter, notify, control: null },
  };
  return parts;
}

/** The locks that were taken at the start, with this process as their holder. */
function heldLocks({ acquired, installation, logs }: SuperviseDeps, startedAt: number): Locks {
  const { paths } = acquired.settings;
  const holder = holderOfThisProcess(installation.version, paths.dir, startedAt, 'supervisor');
  return createLocks(acquired.locks, holder, {
    prepare: () => void ensureDirectories(paths),
    complain: (text) => logs.supervisor('error', text),
  });
}

function selfOf({ acquired, installation }: SuperviseDeps, startedAt: number): Self {
  return {
    pid: process.pid,
    version: installation.version,
    since: isoTime(startedAt),
    host: hostname(),
    ccbotDir: acquired.settings.paths.dir,
  };
}

/** A deadline this long past, ms, means that the machine does not run. */
const ALIVE_MS = 30_000;

function isAlive({ deps, settings, runner }: Parts): boolean {
  const due = deadlineOf(settings.policy(), runner.state());
  return due === null || deps.clock.monotonicMs() - due < ALIVE_MS;
}

async function start(parts: Parts): Promise<void> {
  const { deps, settings, runner, reporting } = parts;
  const { reporter } = reporting;
  const log = deps.logs.supervisor;
  const { paths, config } = settings.get();
  log('info', 'supervisor started', {
    pid: process.pid,
    version: deps.installation.version,
    dir: paths.dir,
  });
  // The worker first: the rest is done while it starts.
  runner.send({ type: 'start' });
  keepLauncher(deps);
  if (parts.locks.missing() !== '')
    log('warn', 'one of the two token locks not held', { reason: parts.locks.missing() });
  try {
    reporting.control = await openControl(paths.supervisorSocket, {
      report: () => reporter.report(),
      reportWithMetrics: () => reporter.reportWithMetrics(),
      environment: () => ownEnvironmentOf(deps.host.env, settings.get().config.TELEGRAM_BOT_TOKEN),
      restart: (slow) => restart(parts, slow),
      stop: () => stopForGood(parts),
    });
  } catch (error) {
    // Without it, `ccbot status`, `stop` and `restart` get no answer. Passing on messages matters more.
    log('error', 'control socket not opened', { error });
  }
  void reporter.listen(config.CCBOT_METRICS_PORT);
  reporting.notify.ready();
}

/** Loads the settings again and applies them. */
async function applySettings(parts: Parts, slow?: () => void): Promise<Reloaded> {
  const { deps, settings, runner, reporting } = parts;
  const reloaded = await settings.reload(slow);
  if (reloaded.refused !== null || runner.state().wanted === 'down') return reloaded;
  if (reloaded.kept !== null) deps.logs.supervisor('warn', 'token not read again', { reason: reloaded.kept });
  runner.setPolicy(settings.policy());
  void reporting.reporter.listen(settings.get().config.CCBOT_METRICS_PORT);
  return reloaded;
}

/** The worker runs on while the token is read again, and no restart fails for want of a token that is known. */
async function restart(parts: Parts, slow?: () => void): Promise<Restarted> {
  const { deps, runner, reporting } = parts;
  const log = deps.logs.supervisor;
  const reloaded = await applySettings(parts, slow);
  if (reloaded.refused !== null) {
    log('error', 'restart refused: invalid settings', { reason: reloaded.refused });
    return reloaded;
  }
  log('info', 'restart requested');
  const generation = reporting.reporter.report().worker?.generation ?? 0;
  runner.send({ type: 'reload' });
  return { ...reloaded, generation };
}

function stop({ deps, reporting, runner }: Parts): void {
  deps.logs.supervisor('info', 'stop requested');
  reporting.notify.stopping();
  runner.send({ type: 'stop' });
}

/** `ccbot stop`. Unlike after a signal, the service manager must not start us again. */
function stopForGood(parts: Parts): void {
  const { logs, host } = parts.deps;
  if (downByRunit(host.env)) logs.supervisor('info', 'stop requested: runsv will send the signal');
  else stop(parts);
}

async function end(parts: Parts, code: number): Promise<void> {
  const { deps, settings, locks, runner, effects } = parts;
  const { reporter, notify, control } = parts.reporting;
  const { logs } = deps;
  runner.close();
  const told = notify.close();
  effects.close();
  reporter.saveStopped({ why: code === 0 ? 'stop requested' : 'lock lost to another ccbot', code });
  logs.supervisor('info', 'supervisor ended', { code });
  await Promise.all([control?.close(), reporter.close(), told]);
  rmSync(settings.get().paths.workerSocket, { force: true }); // left behind by a worker that was killed
  await Promise.all([logs.supervisor.close(), logs.worker.close()]);
  locks.release();
}
