import type { CreateFeature } from '../../app/model';
import { helpCommands } from './commands';
import { reportHealth } from './health';

/** `/help` explains ccbot, `/health` says how it is doing, on every machine. */
export const help: CreateFeature = ({ world, sessions, agents, outbox }) => {
  world.cluster?.reports.share('health', () =>
    reportHealth(world, { sessions: sessions.live().length, toSend: outbox.depth() }),
  );
  return { name: 'help', commands: helpCommands({ world, sessions, agents, outbox }) };
};
