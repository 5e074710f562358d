import { existsSync } from 'node:fs';
import { readHolder } from '@ccbot/shared/lock/flock';
import type { Holder } from '@ccbot/shared/lock/holder';
import { holderText } from '@ccbot/shared/lock/holder-text';
import { probeLock } from '@ccbot/shared/lock/probe';
import { tokenLockPaths } from '@ccbot/shared/lock/token-paths';
import { checkOf, type Check } from '@ccbot/shared/doctor/check';
import type { Loaded } from '@ccbot/shared/config/load';
import { isAlive, type InstanceStatus } from '../status/inspect';
import { lingers } from '../service/linger';
import { isActive } from '../status/render';
import type { DoctorDeps, Finding } from './deps';

/** Checks the lock and the state of its holder. */
export async function examineLock({ loaded, host }: DoctorDeps): Promise<Finding> {
  return { checks: [lockCheck(loaded, await host.instance())] };
}

function lockCheck(loaded: Loaded, found: InstanceStatus): Check {
  const check = checkOf('lock', 'lock');
  switch (found.is) {
    case 'absent':
      return freeLockCheck(loaded);
    case 'alone':
      return check.warn(
        `held by a worker without a supervisor: ${holderText(found.holder)}`,
        'Stop it and run `ccbot supervise`. Nothing restarts a worker without a supervisor.',
      );
    case 'starting':
      return check.ok(`held by a ccbot that is starting: ${holderText(found.holder)}`);
    case 'busy':
      return check.warn(
        `held by a ccbot command: ${holderText(found.holder)}`,
        'Finish that command, then start ccbot.',
      );
    case 'unanswering':
      return check.bad(
        `its holder does not answer: ${holderText(found.holder)}`,
        'Stop it with `ccbot stop`.',
      );
    case 'supervised': {
      const { supervisor, worker, phase, why } = found.report;
      const holder = `held by pid ${supervisor.pid}, ccbot ${supervisor.version}`;
      if (isActive(found))
        return check.ok(
          `${holder}; it ${worker?.standby === true ? 'stands by' : 'polls'} as @${worker?.bot ?? '?'}`,
        );
      return check.bad(
        `${holder}; it does not poll: ${phase}${why && ` (${why})`}`,
        'See `ccbot status` and `ccbot logs`.',
      );
    }
  }
}

/** Nothing runs in this `CCBOT_DIR`, but another one may serve the same bot. */
function freeLockCheck(loaded: Loaded): Check {
  const check = checkOf('lock', 'lock');
  const other = otherHolder(loaded);
  if (other !== null) {
    return check.bad(
      `another CCBOT_DIR serves the same bot: ${holderText(other)}`,
      `Use that one, or stop it: \`CCBOT_DIR=${other.ccbotDir} ccbot stop\`.`,
    );
  }
  const { lock } = loaded.paths;
  const state = probeLock(lock);
  if (state.is === 'unusable') {
    return check.bad(
      `${lock} ${state.why}, so ccbot cannot take it as its lock`,
      'Look at what it is. If nobody needs it, remove it: ccbot creates the file again.',
    );
  }
  if (state.is === 'unknown') return check.skipped(`nobody answers; whether ${lock} is held is unknown`);
  if (state.is === 'held') {
    return check.bad(
      `${lock} is held by a process that left no name in it, or whose name is of another machine`,
      `Find it with \`fuser ${lock}\`.`,
    );
  }
  return check.warn(
    `${lock} is ${state.is === 'missing' ? 'not there yet' : 'free'}: ccbot is not running`,
    'Start it: `ccbot supervise`, or `ccbot service install`.',
  );
}

/** The living holder of a lock of the same token. */
export function otherHolder(loaded: Loaded): Holder | null {
  if (!loaded.ok || loaded.config.TELEGRAM_BOT_TOKEN === '') return null;
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot } = loaded.config;
  const { own, shared } = tokenLockPaths(loaded.paths, { token, apiRoot });
  return [own, shared].map(readHolder).find((holder) => holder !== null && isAlive(holder)) ?? null;
}

/** Compares the installed version with the running one. */
export async function examineVersions({ host, installation }: DoctorDeps): Promise<Finding> {
  const { version } = installation;
  const check = checkOf('version', 'version');
  const found = await host.instance();
  if (found.is !== 'supervised') return { checks: [check.ok(version)] };
  const { supervisor, worker } = found.report;
  const old = [supervisor.version, worker?.version ?? version].filter((running) => running !== version);
  if (old.length === 0) return { checks: [check.ok(`${version}, installed and running`)] };
  const isSupervisorOld = supervisor.version !== version;
  return {
    checks: [
      check.warn(
        `${version} is installed, ${old.join(' and ')} is running`,
        isSupervisorOld
          ? 'Run `ccbot stop` and start it again. Sessions in tmux keep running.'
          : 'Run `ccbot restart`.',
      ),
    ],
  };
}

/** Checks the service that starts ccbot. */
export async function examineService({ loaded, run, host, service }: DoctorDeps): Promise<Finding> {
  const check = checkOf('service', 'service');
  if (!loaded.ok) return { checks: [check.skipped('the settings are invalid')] };
  const manager = service();
  if (manager === null) return { checks: [check.ok('none: found neither systemd, launchd nor runit')] };
  const { kind, path, status } = manager;
  if (!existsSync(path))
    return { checks: [check.ok(`not installed; \`ccbot service install\` lets ${kind} start it`)] };
  const [program, ...args] = status;
  const ran = await run(program, args);
  if (!manager.runs(ran)) {
    const state = (ran.stdout || ran.stderr).trim().split('\n')[0] || `exit ${ran.code}`;
    const todo = 'See `ccbot service status`. After `ccbot stop` it stays stopped until you start it again.';
    return { checks: [check.warn(`installed in ${kind}, but not running: ${state.slice(0, 200)}`, todo)] };
  }
  const isPermanent = kind !== 'systemd' || (await lingers(run, host.uid)) !== false;
  const limit = isPermanent ? '' : ' while you are logged in; for always, run `loginctl enable-linger`';
  return { checks: [check.ok(`${kind}: running${limit}`)] };
}
