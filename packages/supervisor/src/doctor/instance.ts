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
export async function examineService({ home, run, uid, kindOfService }: DoctorDeps): Promise<Finding> {
  const check = checkOf('service', 'service');
  const kind = kindOfService();
  if (kind === null) return { checks: [check.ok('none: neither systemd, launchd nor runit is here')] };
  if (kind !== 'systemd') return { checks: [check.ok(`${kind}; see \`ccbot service status\``)] };
  const { code, stdout, stderr } = await run('systemctl', ['--user', 'is-active', 'ccbot.service']);
  const state = stdout.trim() || stderr.trim() || `exit ${code}`;
  if (state === 'active') {
    const always = (await lingers(run, uid)) !== false;
    return {
      checks: [
        check.ok(
          always
            ? 'systemd: active'
            : 'systemd: active while you are logged in; `loginctl enable-linger` has it run always',
        ),
      ],
    };
  }
  const { code: unit } = await run('systemctl', ['--user', 'cat', 'ccbot.service']);
  if (unit !== 0)
    return { checks: [check.ok('not installed; `ccbot service install` has systemd start it')] };
  return {
    checks: [
      check.warn(`systemd: ${state}`, `See \`systemctl --user status ccbot\` and ${home}/.ccbot/logs.`),
    ],
  };
}
