import { askCommand } from './name-command';
import type { NamingDeps } from './naming';
import type { ComposeDeps } from '../../app/kernel';

/** Who is asked for the names of sessions: the command of the settings, where there is one. */
export function askForNames({ config, env, log }: ComposeDeps): Pick<NamingDeps, 'ask'> {
  const command = config.CCBOT_NAME_COMMAND;
  return command.length === 0 ? {} : { ask: askCommand({ command, env, log }) };
}
