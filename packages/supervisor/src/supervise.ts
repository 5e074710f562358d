import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { ensureDirectories } from '@ccbot/shared/config/paths';
import type { Loaded } from '@ccbot/shared/config/load';
import type { InstanceLocks } from '@ccbot/shared/lock/instance';
import { holderOfThisProcess } from '@ccbot/shared/lock/holder';
import type { Log } from '@ccbot/shared/log/logger';
import { deathSignalPrefix } from './child/death-signal';
import { deadlineOf } from './deadline';
import { createEffects, type Effects } from './effects';
import { createLocks, type Locks } from './locks';
import { createRunner, type Runner } from './runner';
import { createServiceNotify, type ServiceNotify } from './service/notify';
import { downByRunit } from './service/runit';
import { createCurrentSettings, type CurrentSettings, type Settings } from './settings';
import { initialState } from './state';
import { openControl, type Control } from './status/control';
import type { Report, Self } from './status/report';
import { createReporter, type Reporter } from './status/reporter';
import { resumed } from './status/resume';
import { readReport } from './status/state-file';

export interface SuperviseDeps {
  settings: Settings;
  /** Loads the settings again. */
  reload(): Loaded;
  locks: InstanceLocks;
  version: string;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  workerEntry(): string;
  log: Log;
  /** The log of the worker's output. */
  workerLog: Log;
  clock: { now(): number; monotonicMs(): number };
}

/** A running supervisor. */
export interface Supervisor {
  /** Replaces the worker. Returns the reason if it does not. */
  restart(): string | null;
  stop(): void;
  report(): Report;
  /** Resolves to the exit code when everything has ended and is released. */
  readonly done: Promise<number>;
}

/** The parts of a running supervisor. */
interface Parts {
  readonly deps: SuperviseDeps;
  readonly self: Self;
  readonly settings: CurrentSettings;
  readonly locks: Locks;
  readonly reporter: Reporter;
  readonly runner: Runner;
  readonly effects: Effects;
  readonly notify: ServiceNotify;
  /** Null until it is open, and if it could not be opened. */
  control: Control | null;
}

/** Runs the supervisor. The caller already holds the locks. */
export async function supervise(deps: SuperviseDeps): Promise<Supervisor> {
  let resolveDone: (code: number) => void = () => undefined;
  const done = new Promise<number>((resolve) => (resolveDone = resolve));
  const parts = assemble(deps, await deathSignalPrefix(process.platform), resolveDone);
  await start(parts);
  return {
    restart: () => restart(parts),
    stop: () => stop(parts),
    report: () => parts.reporter.report(),
    done,
  };
}

function assemble(
  deps: SuperviseDeps,
  prefix: readonly string[],
  resolveDone: (code: number) => void,
): Parts {
  const { log, clock } = deps;
  const { paths } = deps.settings;
  const started = { wall: clock.now(), at: clock.monotonicMs() };
  const self: Self = {
    pid: process.pid,
    version: deps.version,
    since: new Date(started.wall).toISOString(),
    host: hostname(),
    ccbotDir: paths.dir,
  };
  const holder = holderOfThisProcess(deps.version, paths.dir, started.wall, 'supervisor');
  const locks = createLocks(deps.locks, holder, {
    prepare: () => void ensureDirectories(paths),
    complain: (text) => log('error', text),
  });
  const settings = createCurrentSettings(deps.settings, () => deps.reload(), locks);
  // The machine's effects need the other parts, and those need the runner: hence the references to later constants here.
  const effects = createEffects({
    settings: { get: () => settings.get(), apply: () => applySettings(parts) },
    locks,
    launch: { prefix, env: deps.env, cwd: deps.cwd, entry: () => deps.workerEntry() },
    log,
    workerLog: deps.workerLog,
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
      parts.control?.publish();
    },
  });
  const reporter = createReporter({
    self,
    clock,
    policy: () => settings.policy(),
    state: () => runner.state(),
    path: paths.supervisorState,
    log,
  });
  const notify = createServiceNotify(deps.env, () => isAlive(parts), log);
  const parts: Parts = { deps, self, settings, locks, reporter, runner, effects, notify, control: null };
  return parts;
}

/** A deadline this long past, ms, means that the machine does not run. */
const ALIVE_MS = 30_000;

function isAlive({ deps, settings, runner }: Parts): boolean {
  const due = deadlineOf(settings.policy(), runner.state());
  return due === null || deps.clock.monotonicMs() - due < ALIVE_MS;
}

async function start(parts: Parts): Promise<void> {
  const { deps, self, settings, reporter, runner, notify } = parts;
  const { paths, config } = settings.get();
  try {
    parts.control = await openControl(paths.supervisorSocket, {
      report: () => reporter.report(),
      reportWithMetrics: () => reporter.reportWithMetrics(),
      restart: () => restart(parts),
      stop: () => stopForGood(parts),
    });
  } catch (error) {
    // Without it, `ccbot status`, `stop` and `restart` get no answer. Passing on messages matters more.
    deps.log('error', 'control socket not opened', { error });
  }
  deps.log('info', 'supervisor started', { pid: self.pid, version: self.version, dir: paths.dir });
  void reporter.listen(config.CCBOT_METRICS_PORT);
  runner.send({ type: 'start' });
  notify.ready();
}

/** Loads the settings again and applies them. Returns the reason if the old settings stay. */
function applySettings({ settings, runner, reporter }: Parts): string | null {
  const reason = settings.reload();
  if (reason !== null) return reason;
  runner.setPolicy(settings.policy());
  void reporter.listen(settings.get().config.CCBOT_METRICS_PORT);
  return null;
}

function restart(parts: Parts): string | null {
  const { log } = parts.deps;
  const reason = applySettings(parts);
  if (reason !== null) {
    log('error', 'restart refused: invalid settings', { reason });
    return reason;
  }
  log('info', 'restart requested');
  parts.runner.send({ type: 'reload' });
  return null;
}

function stop({ deps, notify, runner }: Parts): void {
  deps.log('info', 'stop requested');
  notify.stopping();
  runner.send({ type: 'stop' });
}

/** `ccbot stop`. Unlike after a signal, the service manager must not start us again. */
function stopForGood(parts: Parts): void {
  const { log, env } = parts.deps;
  if (downByRunit(env)) log('info', 'stop requested: runsv will send the signal');
  else stop(parts);
}

async function end(parts: Parts, code: number): Promise<void> {
  const { deps, settings, locks, reporter, runner, effects, notify, control } = parts;
  runner.close();
  notify.close();
  effects.close();
  reporter.saveStopped({ why: code === 0 ? 'stop requested' : 'lock lost to another ccbot', code });
  deps.log('info', 'supervisor ended', { code });
  await Promise.all([control?.close(), reporter.close()]);
  rmSync(settings.get().paths.workerSocket, { force: true }); // left behind by a worker that was killed
  await Promise.all([deps.log.close(), deps.workerLog.close()]);
  locks.release();
}
