import type { Config } from '@ccbot/shared/config/schema';
import { maskedLine } from '../cards/clean';
import { lookOf, type CardLook } from '../cards/look';
import { createPreferences, type Preferences } from './preferences';
import { createAskedBy, type AskedBy } from '../prompts/authors';
import type { Askers } from '../prompts/author-store';
import type { Settings } from '../store/settings';
import { isLanguage, languageOf } from '../words/language';
import { wordsIn, type WordsOf } from '../words/words';

/** What the stations are told of the people they speak with. */
export interface Person {
  preferences: Preferences;
  /** The words of each chat, in the language that is set for it. */
  wordsOf: WordsOf;
  /** What a person calls themself in Telegram, for the others. */
  nameOf(chatId: number): string;
  /** How a chat wants its cards to look. */
  lookOf(chatId: number): CardLook;
  /** The least time between two edits of a chat's live card, ms. */
  cardLagMs(chatId: number): number;
  /** Who wrote the prompts of transcripts. */
  askedBy: AskedBy;
  /** The language of a person's Telegram client: theirs here until they choose one. */
  onLanguage(chatId: number, code: string | undefined): void;
}

/** The longest name that is shown, UTF-16 units: people call themselves what they like. */
const NAME_MAX = 40;

/** Reads what is set, over what ccbot was started with. */
export function createPerson(settings: Settings, config: Config, askers: Askers): Person {
  const preferences = createPreferences(settings, {
    'card-lag': String(config.CARD_EDIT_LAG),
    'archive-after': String(config.ARCHIVE_AFTER),
  });
  const nameOf = (chatId: number): string =>
    maskedLine(settings.get(`chat:${chatId}`, 'name') ?? '', NAME_MAX) || String(chatId);
  return {
    preferences,
    nameOf,
    askedBy: createAskedBy({ chats: config.ALLOWED_USERS, nameOf, kept: askers }),
    wordsOf(chatId) {
      const language = preferences.get(chatId, 'language');
      return wordsIn(isLanguage(language) ? language : 'en');
    },
    lookOf: (chatId) => lookOf((key) => preferences.get(chatId, key)),
    cardLagMs: (chatId) => Number(preferences.get(chatId, 'card-lag')) * 1_000,
    onLanguage(chatId, code) {
      if (code !== undefined) preferences.atFirst(chatId, 'language', languageOf(code));
    },
  };
}
