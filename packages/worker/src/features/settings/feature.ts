import type { CreateFeature } from '../../app/model';
import { commands } from '../../chat/command';
import { settingsButton, type SettingsIntent } from './buttons';
import { settingsCommands } from './commands';

/** `/settings` and `/menu`: one message, changed in place by its buttons. */
export const settings: CreateFeature = ({ world, people, outbox }) => {
  const { settings: run } = settingsCommands({
    preferences: people.preferences,
    wordsOf: (chatId) => people.wordsOf(chatId),
    put: (view) => outbox.put(view),
    log: world.log,
  });
  return {
    name: 'settings',
    commands: commands<SettingsIntent | MenuIntent>({
      settings: {
        slash: { names: ['settings'], read: () => ({ do: 'settings' }) },
        menu: (words) => words.menu.settings,
        button: settingsButton,
        run,
      },
      menu: {
        slash: { names: ['menu'], read: () => ({ do: 'menu' }) },
        menu: (words) => words.menu.menu,
        run: (conversation) => run(conversation, { do: 'settings', page: 'menu' }),
      },
    }),
  };
};

interface MenuIntent {
  readonly do: 'menu';
}
