import { agentEnvironment } from '@ccbot/shared/environment/agents';
import { withheldFromAgents } from '../../agents/withheld';
import type { CreateFeature } from '../../app/model';
import { afterCommit } from '../../sessions/handlers/model';
import { namingCommands } from './commands';
import { nameCommand } from './name-command';
import { createNaming } from './naming';

/** Names sessions after their first prompt, and `/rename` gives them another name. */
export const naming: CreateFeature = ({ world, sessions }) => {
  const { config, env, home, log } = world;
  const command = config.CCBOT_NAME_COMMAND;
  const environment = agentEnvironment(env, withheldFromAgents(config));
  const service = createNaming({
    registry: sessions,
    ...(command.length === 0 ? {} : { suggest: nameCommand({ command, env: environment, home, log }) }),
  });
  return {
    name: 'naming',
    commands: namingCommands(sessions),
    effects: { name: afterCommit((session) => service.name(session)) },
    start: () => service.start(),
    stop: () => service.stop(),
  };
};
