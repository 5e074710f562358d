import type { Config } from '@ccbot/shared/config/schema';
import { maskedLine } from '../cards/clean';
import { lookOf, type CardLook } from '../cards/look';
import type { Settings } from '../store/settings';
import { isLanguage, languageOf } from '../words/language';
import { wordsIn, type Words } from '../words/words';
import { createPreferences, type Preferences } from './preferences';

/** The allowed users, and what ccbot knows about each. The chat of a user has the user's id. */
export interface People {
  /** The chats of all allowed users. */
  readonly chats: readonly number[];
  readonly preferences: Preferences;
  isAllowed(chatId: number): boolean;
  wordsOf(chatId: number): Words;
  /** The name a user has in Telegram, for the other users. */
  nameOf(chatId: number): string;
  /** How cards look in a chat. */
  lookOf(chatId: number): CardLook;
  /** The least time between two edits of a chat's live card, ms. */
  cardLagMs(chatId: number): number;
  /** Stores what Telegram reports about a user: the name, and the client's language, which applies until the user chooses one. */
  meet(chatId: number, user: { name?: string | undefined; language?: string | undefined }): void;
}

/** The longest name that is shown, UTF-16 units: a user may have any. */
const NAME_MAX = 40;

export function createPeople(settings: Settings, config: Config): People {
  const preferences = createPreferences(settings, {
    'card-lag': String(config.CARD_EDIT_LAG),
    'archive-after': String(config.ARCHIVE_AFTER),
  });
  const scope = (chatId: number): string => `chat:${chatId}`;
  return {
    chats: config.ALLOWED_USERS,
    preferences,
    isAllowed: (chatId) => config.ALLOWED_USERS.includes(chatId),
    wordsOf(chatId) {
      const language = preferences.get(chatId, 'language');
      return wordsIn(isLanguage(language) ? language : 'en');
    },
    nameOf: (chatId) => maskedLine(settings.get(scope(chatId), 'name') ?? '', NAME_MAX) || String(chatId),
    lookOf: (chatId) => lookOf((key) => preferences.get(chatId, key)),
    cardLagMs: (chatId) => Number(preferences.get(chatId, 'card-lag')) * 1_000,
    meet(chatId, { name, language }) {
      if (language !== undefined) preferences.atFirst(chatId, 'language', languageOf(language));
      if (name !== undefined && settings.get(scope(chatId), 'name') !== name)
        settings.set(scope(chatId), 'name', name);
    },
  };
}
