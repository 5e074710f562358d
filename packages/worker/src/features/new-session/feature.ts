import type { CreateFeature } from '../../app/model';
import { forgetQuestion, removeAnsweredQuestions, type AskingDeps } from './asking';
import type { BrowserDeps } from './browser';
import { newSessionCommands } from './commands';
import { createKeptListener } from './keeping';
import { createPlaceStore } from './store';

/** `/new` starts a session; alone it opens a directory browser, as does a message that has no session to go to. */
export const newSession: CreateFeature = (kernel) => {
  const { world, sessions: registry, lifecycle, chooser, settings, outbox, people, kept } = kernel;
  const deps: BrowserDeps = {
    starting: { registry, lifecycle, chooser, panes: world.panes },
    navigation: { registry, lifecycle, defaultDirectory: world.cwd },
    places: createPlaceStore(settings),
    outbox,
    kept,
    world,
  };
  kept.listen(createKeptListener(deps, people, registry));
  const { cluster } = world;
  if (cluster === undefined) return { name: 'new-session', commands: newSessionCommands(deps) };
  const asking: AskingDeps = {
    cluster: cluster.view,
    settings,
    outbox,
    chats: people.chats,
    now: () => world.now(),
  };
  cluster.view.onChange(() => removeAnsweredQuestions(asking));
  kept.listen({ delivered: (chatId) => forgetQuestion(asking, chatId), expired: () => undefined });
  return {
    name: 'new-session',
    commands: newSessionCommands(deps, asking),
    start: () => removeAnsweredQuestions(asking),
  };
};
