import { reasonOf } from '@ccbot/shared/faults/fault';
import type { CreateFeature } from '../../app/model';
import { tellWatchers } from '../../board/effects';
import { inTransaction } from '../../sessions/handlers/model';
import { watchAdoptedAgents } from './adopted-agents';
import { adoptCommands } from './commands';
import { createOffers } from './offers';
import { createStrayWindows } from './stray-windows';
import { adoptWords } from './words/words';

/** `/adopt`: agents and windows that were opened at the terminal become sessions. */
export const adopt: CreateFeature = (kernel) => {
  const { world, sessions: registry, windows, agents, people, board, outbox, chooser, watch } = kernel;
  const { log, home } = world;
  const now = (): number => world.now();
  const shell = agents.all.find(({ agent }) => agent.surface === 'screen')?.agent;
  if (shell === undefined) throw new Error('no agent has the screen for its card');
  const strays = createStrayWindows({ registry, windows, agents, home });
  const offers = createOffers({ strays, registry, people, outbox });
  const adopted = watchAdoptedAgents({ registry, windows, now, log });
  watch.watcher.listen({
    newcomer: (sessionId) => offers.heard(sessionId),
    reconciled() {
      offers
        .offerAll()
        .catch((error: unknown) => log('info', 'strays not listed', { reason: reasonOf(error) }));
    },
  });
  return {
    name: 'adopt',
    commands: adoptCommands({
      adoption: { registry, strays, shell, dir: world.paths.dir, now },
      offers,
      chooser,
    }),
    effects: {
      'tell-left': inTransaction((session) =>
        tellWatchers({ board, outbox, people, now }, session, 'left', (words) =>
          words.of(adoptWords).agentLeft(session.name),
        ),
      ),
    },
    start: () => adopted.start(),
    stop() {
      adopted.stop();
      offers.stop();
    },
  };
};
