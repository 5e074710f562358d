import type { CreateFeature } from '../../app/model';
import { newSessionCommands } from './commands';
import { createPlaceStore } from './store';

/** `/new` starts a session; alone it opens a directory browser. */
export const newSession: CreateFeature = (kernel) => {
  const { world, sessions: registry, lifecycle, chooser, settings, outbox } = kernel;
  return {
    name: 'new-session',
    commands: newSessionCommands({
      starting: { registry, lifecycle, chooser, panes: world.panes },
      navigation: { registry, lifecycle, defaultDirectory: world.cwd },
      places: createPlaceStore(settings),
      outbox,
      home: world.home,
      now: () => world.now(),
    }),
  };
};
