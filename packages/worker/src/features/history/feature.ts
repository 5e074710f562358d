import type { CreateFeature } from '../../app/model';
import { historyCommands } from './commands';
import { createReadingStore } from './store';

/** `/history` pages through what happened in a session, `/export` sends all of it as a file. */
export const history: CreateFeature = (kernel) => {
  const { sessions: registry, agents, prompts, settings, outbox, whereabouts } = kernel;
  return {
    name: 'history',
    commands: historyCommands({
      registry,
      whereabouts,
      agents,
      authors: prompts.authors,
      readings: createReadingStore(settings),
      outbox,
    }),
  };
};
