import { reasonOf } from '@ccbot/shared/faults/fault';
import type { LogFn } from '@ccbot/shared/log/logger';
import type { Settings } from '../../store/settings';
import type { BotApi } from '../../telegram/api';
import { LANGUAGES, type Language } from '../../words/language';
import { wordsIn } from '../../words/words';
import type { Grammar } from '../command';
import { ownMenu } from './own-menu';

/** Sets the menu of all chats: in English, and for clients of each other language. Only a menu that changed is sent. */
export function publishBotMenu(api: BotApi, settings: Settings, grammar: Grammar, log: LogFn): void {
  for (const language of Object.keys(LANGUAGES) as Language[]) {
    const commands = ownMenu(grammar, wordsIn(language));
    const wanted = JSON.stringify(commands);
    const key = language === 'en' ? 'menu' : `menu:${language}`;
    if (settings.get('bot', key) === wanted) continue;
    const clients = language === 'en' ? {} : { language_code: language };
    api
      .call('setMyCommands', { commands, ...clients })
      .then((result) => {
        if (result.ok) settings.set('bot', key, wanted);
      })
      .catch((error: unknown) => log('warn', 'menu state not saved', { reason: reasonOf(error) }));
  }
}
