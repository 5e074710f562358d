import type { CreateFeature } from '../../app/model';
import { machineCommands } from './commands';

/** `/host`: the machines of a cluster, and the one on which a chat starts sessions. Without a cluster there is nothing of it. */
export const machines: CreateFeature = ({ world, outbox }) => ({
  name: 'machines',
  ...(world.cluster === undefined
    ? {}
    : { commands: machineCommands({ cluster: world.cluster.view, outbox, now: () => world.now() }) }),
});
