import type { CreateFeature } from '../../app/model';
import { settingsCommands } from './commands';

/** `/settings` and `/menu`: one message that its buttons change. */
export const settings: CreateFeature = ({ world, people, outbox }) => ({
  name: 'settings',
  commands: settingsCommands({ people, outbox, log: world.log }),
});
