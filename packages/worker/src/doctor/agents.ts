import type { Config } from '@ccbot/shared/config/schema';
import { checkOf, type Check } from '@ccbot/shared/doctor/check';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { commandOf, settingOf, type CommandSource } from '../agents/command-of';
import { KINDS } from '../agents/registry';
import { findProgram } from '../sessions/lifecycle/find-program';
import type { DoctorDeps, Examine } from './deps';

/** The agents' programs and versions. Only the agent for new sessions must be installed. */
export const examineAgents: Examine = async (deps) => {
  const { config } = deps;
  if (config === null) return [checkOf('agents', 'agents').skipped('the settings are not valid')];
  const checks: Check[] = [];
  for (const { id, title, settings } of KINDS) {
    if (settings === null) continue; // the user writes the command
    checks.push(await examineAgent(id, title, settings.command, config, deps));
  }
  return checks;
};

async function examineAgent(
  id: string,
  title: string,
  source: CommandSource,
  config: Config,
  { host, run }: DoctorDeps,
): Promise<Check> {
  const check = checkOf(`agent-${id}`, title);
  const [program = '', ...args] = commandOf(source, config);
  const path = await findProgram(program, host.env['PATH'] ?? '/usr/bin:/bin');
  if (path === null) {
    if (config.CCBOT_AGENT_BACKEND !== id) return check.ok(`not installed (${program})`);
    const setting = settingOf(source);
    return check.bad(
      `${program} was not found`,
      setting === '' ? 'Install it.' : `Install it, or set ${setting} to its path.`,
    );
  }
  try {
    const version = (await run(path, [...args, '--version'])).trim().split('\n')[0] ?? '';
    return check.ok(`${version.slice(0, 80) || 'reports no version'} (${path})`);
  } catch (error) {
    return check.bad(
      `${path} does not run: ${reasonOf(error).slice(0, 200)}`,
      'Run it by hand to see the whole error.',
    );
  }
}
