import type { Settings } from '../store/settings';
import { isLanguage } from '../words/language';
import { wordsIn, type WordsOf } from '../words/words';

/** The words of each chat, in the language that is kept for it. */
export function createWordsOf(settings: Pick<Settings, 'get'>): WordsOf {
  return (chatId) => {
    const language = settings.get(`chat:${chatId}`, 'language');
    return wordsIn(isLanguage(language) ? language : 'en');
  };
}
