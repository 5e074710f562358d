import { existsSync } from 'node:fs';
import { readHolder } from '@ccbot/shared/lock/flock';
import { holderText } from '@ccbot/shared/lock/holder-text';
import { checkOf } from '@ccbot/shared/doctor/check';
import { tokenLockPath } from '@ccbot/shared/config/paths';
import { isAlive, look } from '../status/look';
import { lingers } from '../service/linger';
import { isActive } from '../status/render';
import type { DoctorDeps, Finding } from './deps';

/** The lock, who holds it, and how that one is. */
export async function examineLock({ loaded }: DoctorDeps): Promise<Finding> {
  const check = checkOf('lock', 'lock');
  const { paths } = loaded;
  const found = await look(paths);
  switch (found.is) {
    case 'absent': {
      const token = loaded.ok ? loaded.config.TELEGRAM_BOT_TOKEN : '';
      const other =
        loaded.ok && token !== '' ? readHolder(tokenLockPath(token, loaded.config.TELEGRAM_API_ROOT)) : null;
      if (other !== null && isAlive(other)) {
        return {
          checks: [
            check.bad(
              `the same bot is served from another CCBOT_DIR: ${holderText(other)}`,
              `Use that one, or end it: \`CCBOT_DIR=${other.ccbotDir} ccbot stop\`.`,
            ),
          ],
        };
      }
      return {
        checks: [
          check.warn(
            `${paths.lock} is free: ccbot does not run`,
            'Start it: `ccbot supervise`, or `ccbot service install`.',
          ),
        ],
      };
    }
    case 'alone':
      return {
        checks: [
          check.warn(
            `held by a worker without a supervisor: ${holderText(found.holder)}`,
            'End it and run `ccbot supervise`: nothing restarts a worker that runs alone.',
          ),
        ],
      };
    case 'starting':
      return { checks: [check.ok(`held by a ccbot that is starting: ${holderText(found.holder)}`)] };
    case 'busy':
      return {
        checks: [
          check.warn(
            `held for a while by a command of ccbot: ${holderText(found.holder)}`,
            'Bring that command to its end, then start ccbot.',
          ),
        ],
      };
    case 'unanswering':
      return {
        checks: [
          check.bad(`its holder does not answer: ${holderText(found.holder)}`, 'End it with `ccbot stop`.'),
        ],
      };
    case 'supervised': {
      const { report } = found;
      const who = `held by pid ${report.supervisor.pid}, ccbot ${report.supervisor.version}`;
      if (isActive(found)) return { checks: [check.ok(`${who}; it polls as @${report.worker?.bot ?? '?'}`)] };
      return {
        checks: [
          check.bad(
            `${who}; it does not poll: ${report.phase}${report.why && ` (${report.why})`}`,
            'See `ccbot status` and `ccbot logs`.',
          ),
        ],
      };
    }
  }
}

/** The versions of what is installed and of what runs. */
export async function examineVersions({ loaded, version }: DoctorDeps): Promise<Finding> {
  const check = checkOf('version', 'version');
  const found = await look(loaded.paths);
  if (found.is !== 'supervised') return { checks: [check.ok(version)] };
  const { supervisor, worker } = found.report;
  const old = [supervisor.version, worker?.version ?? version].filter((running) => running !== version);
  if (old.length === 0) return { checks: [check.ok(`${version}, and so is what runs`)] };
  const whole = supervisor.version !== version;
  return {
    checks: [
      check.warn(
        `${version} is installed, ${old.join(' and ')} runs`,
        whole ? 'Run `ccbot stop` and start it again; sessions in tmux go on.' : 'Run `ccbot restart`.',
      ),
    ],
  };
}

/** Whether the system starts ccbot. */
export async function examineService({ loaded, run, uid, service }: DoctorDeps): Promise<Finding> {
  const check = checkOf('service', 'service');
  if (!loaded.ok) return { checks: [check.skipped('the settings are not valid')] };
  const manager = service();
  if (manager === null) return { checks: [check.ok('none: neither systemd, launchd nor runit is here')] };
  const { kind, path, status } = manager;
  if (!existsSync(path))
    return { checks: [check.ok(`not installed; \`ccbot service install\` has ${kind} start it`)] };
  const [program, ...args] = status;
  const ran = await run(program, args);
  if (!manager.runs(ran)) {
    const said = (ran.stdout || ran.stderr).trim().split('\n')[0] || `exit ${ran.code}`;
    const todo = 'See `ccbot service status`. After `ccbot stop` it stays stopped until it is started again.';
    return { checks: [check.warn(`${kind} has it, but it does not run: ${said.slice(0, 200)}`, todo)] };
  }
  const always = kind !== 'systemd' || (await lingers(run, uid)) !== false;
  const until = always ? '' : ' while you are logged in; `loginctl enable-linger` has it run always';
  return { checks: [check.ok(`${kind}: it runs${until}`)] };
}
