import type { CreateFeature } from '../../app/model';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { tellWatchers } from '../../board/effects';
import { commands } from '../../chat/command';
import { inTransaction } from '../../sessions/handlers/model';
import { watchAdoptedAgents } from './adopted-agents';
import { createAdoption } from './adoption';
import {
  adoptButton,
  closeStrayButton,
  type AdoptIntent,
  type CloseStrayIntent,
  type StraysIntent,
} from './buttons';
import { adoptCommands } from './commands';

/** `/adopt`: agents and windows that were opened at the terminal become sessions. */
export const adopt: CreateFeature = (kernel) => {
  const { world, sessions, windows, agents, people, board, outbox, chooser, watch } = kernel;
  const { log } = world;
  const now = (): number => world.now();
  const all = agents.all.map(({ agent }) => agent);
  const shell = all.find(({ surface }) => surface === 'screen');
  if (shell === undefined) throw new Error('no agent has the screen for its card');
  const adoption = createAdoption({
    registry: sessions,
    shell,
    agents: all,
    chats: people.chats,
    wordsOf: (chatId) => people.wordsOf(chatId),
    panes: windows,
    home: world.home,
    dir: world.paths.dir,
    put: (view) => outbox.put(view),
    now,
  });
  const adopted = watchAdoptedAgents({ registry: sessions, windows, now, log });
  watch.watcher.listen({
    newcomer: (sessionId) => adoption.heard(sessionId),
    reconciled() {
      adoption
        .lookAround()
        .catch((error: unknown) => log('info', 'strays not listed', { reason: reasonOf(error) }));
    },
  });
  const handlers = adoptCommands({
    registry: sessions,
    panes: windows,
    adopting: adoption,
    active: { set: (chatId, session) => chooser.open(chatId, session) },
    now,
  });
  return {
    name: 'adopt',
    commands: commands<StraysIntent | AdoptIntent | CloseStrayIntent>({
      strays: {
        slash: { names: ['adopt'], read: () => ({ do: 'strays' }) },
        menu: (words) => words.menu.adopt,
        run: handlers.strays,
      },
      adopt: { button: adoptButton, run: handlers.adopt },
      'close-stray': { button: closeStrayButton, run: handlers['close-stray'] },
    }),
    effects: {
      'tell-left': inTransaction((session) =>
        tellWatchers({ board, outbox, people, now }, session, 'left', (words) =>
          words.adopt.agentGone(session.name),
        ),
      ),
    },
    start: () => adopted.start(),
    stop() {
      adopted.stop();
      adoption.stop();
    },
  };
};
