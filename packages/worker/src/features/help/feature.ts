import type { CreateFeature } from '../../app/model';
import { helpCommands } from './commands';

/** `/help` explains ccbot, `/health` says how it is doing. */
export const help: CreateFeature = ({ world, sessions, agents, outbox }) => ({
  name: 'help',
  commands: helpCommands({ world, sessions, agents, outbox }),
});
