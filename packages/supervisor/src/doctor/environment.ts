import { statSync } from 'node:fs';
import { delimiter } from 'node:path';
import { checkOf, type Check } from '@ccbot/shared/doctor/check';
import { differencesOf, environmentForService } from '@ccbot/shared/environment/service';
import { realPath } from '../service/real-path';
import type { DoctorDeps, Finding } from './deps';

/**
 * Compares the environment of the ccbot that runs with the shell's. Whoever asks the doctor sees agents, certificates and
 * proxies of the shell, and ccbot may know none of them.
 */
export async function examineEnvironment(deps: DoctorDeps): Promise<Finding> {
  const check = checkOf('environment', 'environment');
  const { loaded, host } = deps;
  const { running } = host;
  if (running === null) {
    const { is } = await host.instance();
    const isNone = is === 'absent' || is === 'busy';
    return {
      checks: [
        isNone
          ? check.ok('the one of this shell, because ccbot is not running')
          : check.skipped('unknown: the ccbot that runs does not say'),
      ],
    };
  }
  const token = loaded.ok ? loaded.config.TELEGRAM_BOT_TOKEN : '';
  const shell = environmentForService(host.shell, { token, resolve: realPath });
  const { missing, other, extra, directories } = differencesOf(shell.carried, running.variables);
  const keys = shell.secrets.filter((name) => !running.secrets.includes(name) && !/_BOT_TOKEN$/.test(name));
  const wrong = [
    ...part('without', missing),
    ...part('with another', other),
    ...part('with a PATH without', directories),
  ];
  const notes = [...part('only it has', extra), ...part('it has no keys of this shell:', keys)];
  const checks = [
    wrong.length === 0
      ? check.ok(['as in this shell, where it matters', ...notes].join('; '))
      : check.warn(
          `ccbot runs ${[...wrong, ...notes].join('; ')}`,
          'If agents need it: `ccbot service install` in this shell carries it into the service. Without a service, `ccbot stop` and start ccbot from here.',
        ),
  ];
  return { checks: [...checks, ...goneDirectories(running.variables['PATH'] ?? '')] };
}

/** The most names in one part of a sentence. */
const NAMES_MAX = 8;

function part(words: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const rest = names.length - NAMES_MAX;
  const list = names.slice(0, NAMES_MAX).join(', ');
  return [`${words} ${list}${rest > 0 ? ` and ${rest} more` : ''}`];
}

/** Directories with a version in their names that an upgrade has removed. Others are often missing, and nobody minds. */
function goneDirectories(path: string): Check[] {
  const gone = path
    .split(delimiter)
    .filter(
      (entry) => /[./-]?v?\d+\.\d+/.test(entry) && statSync(entry, { throwIfNoEntry: false }) === undefined,
    );
  if (gone.length === 0) return [];
  return [
    checkOf('path', 'PATH').warn(
      `ccbot looks for programs in directories that are gone: ${gone.join(', ')}`,
      'Probably a version was upgraded. Run `ccbot service install` in a new shell, or restart ccbot from one.',
    ),
  ];
}
