import type { CreateFeature } from '../../app/model';
import { BUTTON } from '../../cards/buttons';
import { commands } from '../../chat/command';
import { sessionSlash } from '../../chat/route';
import { afterCommit, inTransaction } from '../../sessions/handlers/model';
import { screenKey } from '../../sessions/model';
import { hideButton, keyButton, refreshButton } from './buttons';
import { keyCommands, type ScreenIntents } from './commands';
import { createScreens } from './screens';

/** `/screen` shows a session's terminal with keys; dialogs that nothing better is shown of come up by themselves. */
export const screen: CreateFeature = (kernel) => {
  const { world, sessions, windows, people, board, outbox, waiting, watch } = kernel;
  const now = (): number => world.now();
  const screens = createScreens({
    wordsOf: (chatId) => people.wordsOf(chatId),
    panes: windows,
    session: (id) => sessions.get(id),
    painter: world.painter,
    pictures: (chatId) => people.preferences.get(chatId, 'screenshots') !== 'off',
    responders: (session) => board.responders(session),
    answeredElsewhere: (id) => waiting.isShown(id),
    put: (view) => outbox.put(view),
    now,
    log: world.log,
  });
  const { handlers, release } = keyCommands({
    registry: sessions,
    panes: windows,
    look: async (id) => void (await watch.screenReader.read(id)),
    keyOf: (chatId, message) => outbox.messageOf(chatId, message)?.key,
    nameOf: (chatId) => people.nameOf(chatId),
    now,
  });
  return {
    name: 'screen',
    commands: commands<ScreenIntents>({
      screen: {
        slash: sessionSlash(['screen', 'screenshot'], (session) => ({ do: 'screen', session })),
        menu: (words) => words.menu.screen,
        button: BUTTON.screen,
        run: handlers.screen,
      },
      key: { button: keyButton, run: handlers.key },
      refresh: { button: refreshButton, run: handlers.refresh },
      hide: { button: hideButton, run: handlers.hide },
    }),
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
        release(id);
      }),
    },
    stop: () => screens.stop(),
  };
};
