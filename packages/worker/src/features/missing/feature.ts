import type { CreateFeature } from '../../app/model';
import { inTransaction } from '../../sessions/handlers/model';
import { missingKey } from '../../sessions/model';
import { missingCommands } from './commands';
import { renderMissing } from './view';

/** Asks about agents that run although their windows cannot be found. Nothing ends them but the user's answer. */
export const missing: CreateFeature = (kernel) => {
  const { world, sessions: registry, windows, people, board, outbox } = kernel;
  return {
    name: 'missing',
    commands: missingCommands({
      registry,
      windows,
      people,
      outbox,
      dir: world.paths.dir,
      now: () => world.now(),
    }),
    effects: {
      'tell-missing': inTransaction((session) => {
        if (session.missing === undefined) return;
        for (const chatId of board.watchers(session)) {
          const view = renderMissing(session, session.missing, false, people.wordsOf(chatId));
          const key = missingKey(session);
          outbox.put({ chatId, thread: 'session', key, session: session.id, view, class: 'notice' });
        }
      }),
    },
  };
};
