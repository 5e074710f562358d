import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { ensureDirectories, tokenLockPath } from '@ccbot/shared/config/paths';
import type { Loaded } from '@ccbot/shared/config/load';
import { faultText, type Fault } from '@ccbot/shared/faults/fault';
import type { InstanceLocks } from '@ccbot/shared/lock/instance';
import { holderOfThisProcess } from '@ccbot/shared/lock/holder';
import type { Family } from '@ccbot/shared/protocol/metrics';
import type { Log } from '@ccbot/shared/log/logger';
import { deathSignalPrefix } from './child/death-signal';
import { createEffects } from './effects';
import { deadlineOf } from './deadline';
import { createLocks } from './locks';
import { familiesOf } from './metrics/families';
import { createMetricsPort } from './metrics/port';
import { renderMetrics } from './metrics/render';
import { openControl, type Control } from './status/control';
import { reportOf, type Report } from './status/report';
import { resumed } from './status/resume';
import { readReport, writeReport } from './status/state-file';
import { policyOf } from './policy';
import { createRunner, type Runner } from './runner';
import { createServiceNotify } from './service/notify';
import { downByRunit } from './service/runit';
import { initialState, type State } from './state';

/** Settings that could be loaded. */
export type Settings = Extract<Loaded, { ok: true }>;

/** What a running supervisor is made of. */
export interface SuperviseDeps {
  settings: Settings;
  /** Loads the settings anew. */
  reload(): Loaded;
  locks: InstanceLocks;
  version: string;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  workerEntry(): string;
  /** The supervisor's own log, and that of the worker's output. */
  log: Log;
  workerLog: Log;
  clock: { now(): number; monotonicMs(): number };
}

/** A supervisor at work. */
export interface Supervisor {
  /** Replaces the worker; returns why not, or null. */
  restart(): string | null;
  stop(): void;
  report(): Report;
  /** The exit code, when all is over and freed. */
  readonly done: Promise<number>;
}

/** Runs the supervisor; the locks are held already. */
export async function supervise(deps: SuperviseDeps): Promise<Supervisor> {
  const { log, clock } = deps;
  let { settings } = deps;
  const { paths } = settings;
  const since = clock.now();
  const holder = holderOfThisProcess(deps.version, paths.dir, since, 'supervisor');
  const locks = createLocks(deps.locks, holder, {
    prepare: () => void ensureDirectories(paths),
    complain: (text) => log('error', text),
  });
  const self = {
    pid: process.pid,
    version: deps.version,
    since: new Date(since).toISOString(),
    host: hostname(),
    ccbotDir: paths.dir,
  };
  /** What the last worker that counted has told. */
  let counted: readonly Family[] = [];
  const metricsPort = createMetricsPort(
    () => renderMetrics(measured().metrics ?? []),
    (f) => log('warn', f.what, { todo: f.todo, code: f.code }),
  );
  let resolveDone: (code: number) => void = () => undefined;
  const done = new Promise<number>((resolve) => (resolveDone = resolve));
  let written = '';

  const effects = createEffects({
    ...deps,
    prefix: await deathSignalPrefix(process.platform),
    settings: () => settings,
    applySettings,
    locks,
    send: (news) => runner.send(news),
    onMetrics: (families) => (counted = families),
    exit: (code) => void end(code),
  });
  const started = { wall: since, at: clock.monotonicMs() };
  const runner: Runner = createRunner({
    policy: policyOf(settings.config),
    initial: resumed(initialState(started.at), readReport(paths.supervisorState), started),
    now: clock.monotonicMs,
    perform: effects.perform,
    changed,
  });
  const notify = createServiceNotify(deps.env, alive, (text) => log('warn', text));

  /** Whether the machine gets its turns: no deadline is long past. */
  function alive(): boolean {
    const due = deadlineOf(policyOf(settings.config), runner.state());
    return due === null || clock.monotonicMs() - due < 30_000;
  }

  function report(): Report {
    const now = { wall: clock.now(), at: clock.monotonicMs() };
    const me = { ...self, rssBytes: process.memoryUsage.rss() };
    const state = reportOf(policyOf(settings.config), runner.state(), me, now);
    return { ...state, metricsPort: metricsPort.state() };
  }

  function measured(): Report {
    const bare = report();
    return { ...bare, metrics: [...familiesOf(bare), ...counted] };
  }

  /** On disk at every turn of events, not at every beat. */
  function changed(state: State): void {
    const { phase, generation, child, network, told } = state;
    const turn = [phase.is, generation, child?.readyAt, network.up, told].join();
    if (turn !== written) {
      written = turn;
      save(report());
    }
    control?.publish();
  }

  function save(what: Report): void {
    const error = writeReport(paths.supervisorState, what);
    if (error !== null) log('warn', 'the state file cannot be written', { reason: error.message });
  }

  /** Takes the settings that stand in the files now; returns why not, or null. */
  function applySettings(): string | null {
    const next = deps.reload();
    if (!next.ok) return faultsText(next.faults);
    if (next.paths.dir !== paths.dir)
      return `CCBOT_DIR is now ${next.paths.dir}: stop ccbot and start it anew.`;
    const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: root } = next.config;
    const refused = locks.changeToken(tokenLockPath(token, root));
    if (refused !== null) return refused;
    settings = next;
    runner.setPolicy(policyOf(next.config));
    void metricsPort.listen(next.config.CCBOT_METRICS_PORT);
    return null;
  }

  function restart(): string | null {
    const why = applySettings();
    if (why !== null) {
      log('error', 'no restart: the settings are wrong', { reason: why });
      return why;
    }
    log('info', 'a restart was asked for');
    runner.send({ type: 'reload' });
    return null;
  }

  /** `ccbot stop`: unlike a signal it means that nobody is to start us again. */
  function stopForGood(): void {
    if (downByRunit(deps.env)) log('info', 'asked to stop; runsv does it');
    else stop();
  }

  function stop(): void {
    log('info', 'asked to stop');
    notify.stopping();
    runner.send({ type: 'stop' });
  }

  async function end(code: number): Promise<void> {
    runner.close();
    notify.close();
    effects.close();
    const why = code === 0 ? 'asked to stop' : 'the lock was lost to another instance';
    save({ ...report(), stopped: { at: new Date(clock.now()).toISOString(), why, code } });
    log('info', 'ended', { code });
    await Promise.all([control?.close(), metricsPort.close()]);
    rmSync(paths.workerSocket, { force: true }); // a worker that was killed could not do it
    await Promise.all([log.close(), deps.workerLog.close()]);
    locks.release();
    resolveDone(code);
  }

  let control: Control | undefined;
  try {
    control = await openControl(paths.supervisorSocket, { report, measured, restart, stop: stopForGood });
  } catch (error) {
    // Without it `status`, `stop` and `restart` are deaf, but the person's messages matter more.
    log('error', 'the control socket cannot be opened', { error });
  }
  log('info', 'supervising', { pid: self.pid, version: self.version, dir: paths.dir });
  void metricsPort.listen(settings.config.CCBOT_METRICS_PORT);
  runner.send({ type: 'start' });
  notify.ready();
  return { restart, stop, report, done };
}

/** Several faults as one text. */
export function faultsText(faults: readonly Fault[]): string {
  return faults.map(faultText).join('\n');
}
