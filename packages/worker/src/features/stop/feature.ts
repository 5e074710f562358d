import type { CreateFeature } from '../../app/model';
import { tellWatchers } from '../../board/effects';
import { inTransaction } from '../../sessions/handlers/model';
import { stopCommands } from './commands';
import { createStopping } from './stopping';
import { stopWords } from './words/words';

/** `/stop` interrupts an agent, `/kill` ends its session. */
export const stop: CreateFeature = (kernel) => {
  const { world, sessions, windows, agents, prompts, board, outbox, people } = kernel;
  const { log } = world;
  const now = (): number => world.now();
  const stopping = createStopping({
    panes: windows,
    sessions: {
      get: (id) => sessions.get(id),
      agentOf: (session) => agents.of(session),
      discover: (session) => windows.discover(session),
      isArriving: (id) => prompts.delivery.isArriving(id),
      settle: (id) => kernel.watch.idle.check(id),
    },
    now,
  });
  return {
    name: 'stop',
    commands: stopCommands({ registry: sessions, windows, stopping, now, log }),
    effects: {
      'tell-killed': inTransaction((session) =>
        tellWatchers({ board, outbox, people, now }, session, 'killed', (words) =>
          words.of(stopWords).killed(session.name),
        ),
      ),
    },
    stop: () => stopping.stop(),
  };
};
