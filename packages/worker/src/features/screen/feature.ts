import type { CreateFeature } from '../../app/model';
import { afterCommit, inTransaction } from '../../sessions/handlers/model';
import { screenKey } from '../../sessions/model';
import { screenCommands } from './commands';
import { createScreenKeys } from './keys';
import { createScreens } from './screens';

/** `/screen` shows a session's terminal with keys; a dialog that is not shown as a request appears without asking. */
export const screen: CreateFeature = (kernel) => {
  const { world, sessions: registry, windows, people, board, outbox, waiting, watch } = kernel;
  const now = (): number => world.now();
  const screens = createScreens({
    registry,
    viewers: { board, waiting },
    drawing: { windows, painter: world.painter, people },
    outbox,
    now,
    log: world.log,
  });
  const keys = createScreenKeys({
    registry,
    windows,
    screenReader: watch.screenReader,
    outbox,
    people,
    now,
  });
  return {
    name: 'screen',
    commands: screenCommands(registry, keys, now),
    effects: {
      'show-screen': afterCommit((session, { asked }) => screens.show(session, asked)),
      'hide-screen': [
        inTransaction((session, effect) => {
          const chats = effect.in === undefined ? board.chats : [effect.in];
          for (const chatId of chats) outbox.remove(chatId, screenKey(session));
        }),
        afterCommit(({ id }, effect) => screens.hide(id, effect.in)),
      ],
      release: afterCommit(({ id }) => {
        screens.hide(id);
        keys.release(id);
      }),
    },
    stop: () => screens.stop(),
  };
};
