import type { LogFn } from '@ccbot/shared/log/logger';
import type { Settings } from '../../store/settings';
import type { BotApi } from '../../telegram/api';
import { LANGUAGES, type Language } from '../../words/language';
import { wordsIn } from '../../words/words';

/** Sets the menu of all chats: in English, and for clients of each other language. Only a menu that changed is sent. */
export function publishBotMenu(api: BotApi, settings: Settings, log: LogFn): void {
  for (const language of Object.keys(LANGUAGES) as Language[]) {
    const { menu } = wordsIn(language);
    const wanted = JSON.stringify(menu);
    const key = language === 'en' ? 'menu' : `menu:${language}`;
    if (settings.get('bot', key) === wanted) continue;
    const forClients = language === 'en' ? {} : { language_code: language };
    api
      .call('setMyCommands', { commands: menu, ...forClients })
      .then((result) => {
        if (result.ok) settings.set('bot', key, wanted);
      })
      .catch((error: unknown) => log('warn', 'menu state not saved', { error }));
  }
}
