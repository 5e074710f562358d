import type { CreateFeature } from '../../app/model';
import { handoverCommands } from './commands';

/** `/handover @agent [session]`: another agent continues a session's work in a session of its own. */
export const handover: CreateFeature = (kernel) => {
  const { world, sessions: registry, whereabouts, agents, lifecycle, chooser, prompts } = kernel;
  const now = (): number => world.now();
  return {
    name: 'handover',
    commands: handoverCommands({
      sources: { registry, whereabouts },
      agents,
      lifecycle,
      chooser,
      prompts,
      now,
    }),
  };
};
