import { checkOf, type Check } from '@ccbot/shared/doctor/check';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { commandOf, settingOf } from '../agents/command-of';
import { KINDS } from '../agents/registry';
import { findProgram } from '../sessions/lifecycle/opener';
import type { Examine } from './deps';

/** The agents' programs and their versions. One that is not the chosen one need not be there. */
export const examineAgents: Examine = async ({ config, env, run }) => {
  if (config === null) return [checkOf('agents', 'agents').skipped('the settings are not valid')];
  const checks: Check[] = [];
  for (const { id, title, settings } of KINDS) {
    if (settings === null) continue; // the person writes the command
    const check = checkOf(`agent-${id}`, title);
    const [program = '', ...rest] = commandOf(settings.command, config);
    const path = await findProgram(program, env['PATH'] ?? '/usr/bin:/bin');
    if (path === null) {
      const chosen = config.CCBOT_AGENT_BACKEND === id;
      const setting = settingOf(settings.command);
      checks.push(
        chosen
          ? check.bad(
              `${program} was not found`,
              setting === '' ? 'Install it.' : `Install it, or set ${setting} to its path.`,
            )
          : check.ok(`not installed (${program})`),
      );
      continue;
    }
    try {
      const said = (await run(path, [...rest, '--version'])).trim().split('\n')[0] ?? '';
      checks.push(check.ok(`${said.slice(0, 80) || 'it tells no version'} (${path})`));
    } catch (error) {
      checks.push(
        check.bad(
          `${path} does not run: ${reasonOf(error).slice(0, 200)}`,
          'Run it by hand; it says what is wrong.',
        ),
      );
    }
  }
  return checks;
};
