import type { CreateFeature } from '../../app/model';
import { cardCommands } from './commands';

/** `/sessions` and `/switch` choose a session; the buttons of its card page through its past, clear it and show more. */
export const card: CreateFeature = (kernel) => {
  const {
    world,
    sessions: registry,
    agents,
    active,
    threads,
    chooser,
    board,
    prompts,
    outbox,
    whereabouts,
  } = kernel;
  return {
    name: 'card',
    commands: cardCommands({
      list: { registry, cluster: world.cluster?.view, agents, active, now: () => world.now() },
      showing: {
        registry,
        elsewhere: { view: world.cluster?.view, active, threads, now: () => world.now() },
        board,
        chooser,
        outbox,
        pages: { agents, authors: prompts.authors, whereabouts },
      },
      clearing: { registry, agents, prompts, now: () => world.now() },
    }),
  };
};
