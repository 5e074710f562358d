import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDirectories, tokenLockPath, type Paths } from '@ccbot/shared/config/paths';
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
import { deathSignalPrefix } from './child/death-signal';
import { askSupervisor } from './status/client';
import { stampOf, watchFiles } from './settings-watch';
import type { Settings } from './supervise';

/** What stands before the supervisor's work. */
export interface StartDeps {
  load(): Loaded;
  cwd: string;
  /** Waits for the lock, as long as `CCBOT_HELD_GIVEUP` says. */
  standby: boolean;
  /** Waits for the lock and for right settings, however long: a service manager would only start us again. */
  patient: boolean;
  version: string;
  now(): number;
  /** Where the person reads. */
  say(text: string): void;
}

/** The right to run, or the exit code that says why not; then everything has been said. */
export type Started = { ok: true; settings: Settings; locks: InstanceLocks } | { ok: false; code: number };

/** Checks settings and directories and takes the locks, before anything else is begun. */
export async function start(deps: StartDeps): Promise<Started> {
  const loaded = deps.patient ? await patientLoad(deps) : deps.load();
  if (!loaded.ok) return refuse(deps, loaded.faults);
  const { config, paths } = loaded;
  const trouble = ensureDirectories(paths);
  if (trouble !== null) return refuse(deps, [trouble]);

  const holder = holderOfThisProcess(deps.version, paths.dir, deps.now(), 'supervisor');
  const where = {
    lock: paths.lock,
    tokenLock: tokenLockPath(config.TELEGRAM_BOT_TOKEN, config.TELEGRAM_API_ROOT),
  };
  const first = await reallyAcquire(where, holder, paths);
  if (first.ok) return { ok: true, settings: loaded, locks: first.locks };
  if (!(deps.standby || deps.patient) || first.fault.code !== 'LOCK_HELD') {
    record(join(paths.logs, 'supervisor.log'), deps, first.fault);
    return refuse(deps, [first.fault]);
  }

  deps.say(`Standing by: ${first.fault.what}`);
  const giveUpMs = Math.min(config.CCBOT_HELD_GIVEUP * 1_000, TIMER_MAX_MS);
  const giveUp = giveUpMs > 0 && !deps.patient ? AbortSignal.timeout(giveUpMs) : new AbortController().signal;
  if (first.unlocked === true) {
    // It takes its lock again within some seconds; then the kernel tells of its end.
    await new Promise((resolve) => setTimeout(resolve, UNLOCKED_MS));
    return start(deps);
  }
  const prefix = await deathSignalPrefix(process.platform);
  const waited = await waitForInstance(where, holder, { giveUp, prefix });
  if (waited.ok) {
    // The wait may have been a long one: what is locked must be what the settings say now.
    const now = deps.load();
    const same =
      now.ok &&
      now.paths.dir === paths.dir &&
      tokenLockPath(now.config.TELEGRAM_BOT_TOKEN, now.config.TELEGRAM_API_ROOT) === where.tokenLock;
    if (same) return { ok: true, settings: now, locks: waited.locks };
    waited.locks.token.release({ remove: true });
    waited.locks.directory.release();
    return start(deps);
  }
  if (giveUp.aborted) {
    record(join(paths.logs, 'supervisor.log'), deps, waited.fault);
    deps.say(`Gave up standing by after ${config.CCBOT_HELD_GIVEUP} s (CCBOT_HELD_GIVEUP).`);
  }
  return refuse(deps, [waited.fault]);
}

/** How long a supervisor is left to take its lock again when its file was deleted, ms. */
const UNLOCKED_MS = 1_000;

/**
 * Takes the locks, and lets go of them again when a supervisor answers all the same: its lock files were deleted,
 * and two must never poll. `unlocked` says that it was so.
 */
async function reallyAcquire(
  where: LockPaths,
  holder: Holder,
  paths: Paths,
): Promise<InstanceAcquired & { unlocked?: boolean }> {
  const acquired = acquireInstance(where, holder);
  if (!acquired.ok) return acquired;
  let text = 'a supervisor that does not answer';
  const asked = await askSupervisor(
    paths.supervisorSocket,
    'status',
    (answer) => {
      if (answer.type === 'report') {
        const { pid, host, version, since, ccbotDir } = answer.report.supervisor;
        text = holderText({ pid, host, version, since, ccbotDir, startTime: null, role: 'supervisor' });
      }
      return true;
    },
    ANSWER_MS,
  );
  if (asked === 'absent') return acquired;
  acquired.locks.token.release({ remove: true });
  acquired.locks.directory.release();
  const reason = 'Its lock file was deleted or replaced; it runs on and takes it again.';
  return { ok: false, fault: fault('LOCK_HELD', { path: where.lock, holder: text, reason }), unlocked: true };
}

/** A supervisor that takes longer to answer is there all the same, ms. */
const ANSWER_MS = 1_000;

/** Loads the settings when they are right, however long that takes. Not right and nowhere to watch: as they are. */
async function patientLoad(deps: StartDeps): Promise<Loaded> {
  for (;;) {
    const first = deps.load();
    if (first.ok || ensureDirectories(first.paths) !== null) return first;
    const files = [join(deps.cwd, '.env'), first.paths.env];
    const before = stampOf(files);
    const loaded = deps.load(); // once more: they may have changed before the stamp was taken
    if (loaded.ok) return loaded;
    for (const f of loaded.faults) deps.say(faultText(f));
    deps.say('Waiting until the settings change.');
    await new Promise<void>((resolve) => {
      const watching = watchFiles(files, before, () => {
        watching.close();
        resolve();
      });
    });
  }
}

/** The longest time that Node's timers know, ms. */
const TIMER_MAX_MS = 2 ** 31 - 1;

function refuse(deps: StartDeps, faults: readonly Fault[]): Started {
  for (const f of faults) deps.say(faultText(f));
  return { ok: false, code: faults[0]?.exit ?? 1 };
}

/** One line into the log of the instance that runs: appended, because rotating is that instance's. */
function record(path: string, deps: StartDeps, f: Fault): void {
  const line = {
    timestamp: new Date(deps.now()).toISOString(),
    level: 'error',
    message: f.what,
    code: f.code,
    program: 'supervisor',
    pid: process.pid,
  };
  try {
    appendFileSync(path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  } catch (error) {
    deps.say(`The log ${path} cannot be written: ${(error as Error).message}`);
  }
}
