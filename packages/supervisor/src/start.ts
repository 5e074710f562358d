import { isoTime } from '@ccbot/shared/iso-time';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDirectories, type Paths } from '@ccbot/shared/config/paths';
import type { Loaded } from '@ccbot/shared/config/load';
import { fault, faultText, type Fault } from '@ccbot/shared/faults/fault';
import {
  acquireInstance,
  waitForInstance,
  type InstanceAcquired,
  type InstanceLocks,
  type LockPaths,
} from '@ccbot/shared/lock/instance';
import { holderOfThisProcess, type Holder } from '@ccbot/shared/lock/holder';
import { holderText } from '@ccbot/shared/lock/holder-text';
import { tokenLockPaths } from '@ccbot/shared/lock/token-paths';
import { stampOf } from '@ccbot/shared/files/stamp';
import { deathSignalPrefix } from '@ccbot/shared/programs/death-signal';
import { askSupervisor } from './status/client';
import { watchFiles } from './settings-watch';
import type { Settings } from './settings';

export interface StartDeps {
  load(): Promise<Loaded>;
  wait: WaitMode;
  version: string;
  now(): number;
  /** Prints a line on the terminal. */
  say(text: string): void;
}

/**
 * What to do while another instance holds the lock. `standby`: wait as long as `CCBOT_HELD_GIVEUP` says. `patient`: wait
 * without limit for the lock and for valid settings, since a service manager would only start us again.
 */
export type WaitMode = 'none' | 'standby' | 'patient';

/** Settings and locks, or an exit code; the reasons have then been printed. */
export type Started = Acquired | { ok: false; code: number };

export interface Acquired {
  ok: true;
  settings: Settings;
  locks: InstanceLocks;
}

/** Checks the settings and directories and takes the locks. Everything else happens after that. */
export async function start(deps: StartDeps): Promise<Started> {
  const loaded = deps.wait === 'patient' ? await patientLoad(deps) : await deps.load();
  if (!loaded.ok) return refuse(deps, loaded.faults);
  const { config, paths } = loaded;
  const trouble = ensureDirectories(paths);
  if (trouble !== null) return refuse(deps, [trouble]);

  const holder = holderOfThisProcess(deps.version, paths.dir, deps.now(), 'supervisor');
  const lockPaths = lockPathsOf(loaded);
  const first = await acquireUnlessAnswered(lockPaths, holder, paths);
  if (first.ok) return { ok: true, settings: loaded, locks: first.locks };
  if (deps.wait === 'none' || first.fault.code !== 'LOCK_HELD') {
    record(join(paths.logs, 'supervisor.log'), deps, first.fault);
    return refuse(deps, [first.fault]);
  }

  deps.say(`Waiting for the lock: ${first.fault.what}`);
  const giveUpMs = Math.min(config.CCBOT_HELD_GIVEUP * 1_000, TIMER_MAX_MS);
  const isLimited = giveUpMs > 0 && deps.wait !== 'patient';
  const giveUp = isLimited ? AbortSignal.timeout(giveUpMs) : new AbortController().signal;
  if (first.unlocked === true) {
    // The other supervisor takes its lock again within seconds. After that we can wait for it in the kernel.
    await new Promise((resolve) => setTimeout(resolve, UNLOCKED_MS));
    return start(deps);
  }
  const prefix = await deathSignalPrefix(process.env);
  const waited = await waitForInstance(lockPaths, holder, { giveUp, prefix });
  if (waited.ok) {
    // That may have taken long, so the settings may now call for other locks.
    const current = await deps.load();
    const sameLocks =
      current.ok && current.paths.dir === paths.dir && lockPathsOf(current).token.own === lockPaths.token.own;
    if (sameLocks) return { ok: true, settings: current, locks: waited.locks };
    waited.locks.token.release({ remove: true });
    waited.locks.directory.release();
    return start(deps);
  }
  if (giveUp.aborted) {
    record(join(paths.logs, 'supervisor.log'), deps, waited.fault);
    deps.say(`Gave up waiting for the lock after ${config.CCBOT_HELD_GIVEUP} s (CCBOT_HELD_GIVEUP).`);
  }
  return refuse(deps, [waited.fault]);
}

function lockPathsOf({ config, paths }: Settings): LockPaths {
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot } = config;
  return { lock: paths.lock, token: tokenLockPaths(paths, { token, apiRoot }) };
}

/** How long a supervisor gets to take its lock again after its file was deleted, ms. */
const UNLOCKED_MS = 1_000;

/**
 * Takes the locks, but releases them if a supervisor still answers: its lock files were deleted, and two must never
 * poll. `unlocked` is true in that case.
 */
async function acquireUnlessAnswered(
  lockPaths: LockPaths,
  holder: Holder,
  paths: Paths,
): Promise<InstanceAcquired & { unlocked?: boolean }> {
  const acquired = acquireInstance(lockPaths, holder);
  if (!acquired.ok) return acquired;
  let holderDescription = 'a supervisor that does not answer';
  const outcome = await askSupervisor(
    paths.supervisorSocket,
    'status',
    (answer) => {
      if (answer.type === 'report') {
        const { pid, host, version, since, ccbotDir } = answer.report.supervisor;
        holderDescription = holderText({
          pid,
          host,
          version,
          since,
          ccbotDir,
          startTime: null,
          role: 'supervisor',
        });
      }
      return true;
    },
    ANSWER_MS,
  );
  if (outcome === 'absent') return acquired;
  acquired.locks.token.release({ remove: true });
  acquired.locks.directory.release();
  const reason = 'Its lock file was deleted or replaced. It is still running and will take the lock again.';
  const held = fault('LOCK_HELD', { path: lockPaths.lock, holder: holderDescription, reason });
  return { ok: false, fault: held, unlocked: true };
}

/** How long to wait for its answer, ms. A supervisor that takes longer still exists. */
const ANSWER_MS = 1_000;

/** Whether a change of the settings file cannot help: the environment says where it is, and says it wrong. */
function isHopeless(loaded: Extract<Loaded, { ok: false }>): boolean {
  return !loaded.isPlaced && loaded.files.length === 0 && !loaded.faults.some(isMissingFile);
}

const isMissingFile = ({ code }: Fault): boolean => code === 'ENV_FILE_MISSING';

/** Waits until the settings are valid. If there is no directory to watch, returns the invalid ones. */
async function patientLoad(deps: StartDeps): Promise<Loaded> {
  for (;;) {
    const first = await deps.load();
    if (first.ok || isHopeless(first) || ensureDirectories(first.paths) !== null) return first;
    const files = [first.paths.env];
    const before = stampOf(files);
    const loaded = await deps.load(); // again, as they may have changed just before the stamp
    if (loaded.ok) return loaded;
    for (const f of loaded.faults) deps.say(faultText(f));
    deps.say('Waiting for the settings to change.');
    await new Promise<void>((resolve) => {
      const watching = watchFiles(files, before, () => {
        watching.close();
        resolve();
      });
    });
  }
}

/** The longest time of a Node timer, ms. */
const TIMER_MAX_MS = 2 ** 31 - 1;

function refuse(deps: StartDeps, faults: readonly Fault[]): Started {
  for (const f of faults) deps.say(faultText(f));
  return { ok: false, code: faults[0]?.exit ?? 1 };
}

/** Adds a line to the log of the running instance. We only append; rotating is up to that instance. */
function record(path: string, deps: StartDeps, f: Fault): void {
  const line = {
    timestamp: isoTime(deps.now()),
    level: 'error',
    message: f.what,
    code: f.code,
    program: 'supervisor',
    pid: process.pid,
  };
  try {
    appendFileSync(path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  } catch (error) {
    deps.say(`Cannot write the log ${path}: ${(error as Error).message}`);
  }
}
