/** The languages that ccbot speaks, as their own speakers call them. */
export const LANGUAGES = { en: 'English', ru: 'Русский', zh: '中文' } as const;

/** See {@link LANGUAGES}. */
export type Language = keyof typeof LANGUAGES;

/** Whether a stored or received value names a language of ccbot's. */
export function isLanguage(value: string | undefined): value is Language {
  return value !== undefined && Object.hasOwn(LANGUAGES, value);
}

/**
 * The language for a person whose Telegram client says `code`, an IETF tag such as `ru` or `zh-hans`; English for one
 * that ccbot does not speak, and where the client says none.
 */
export function languageOf(code: string | undefined): Language {
  const base = code?.toLowerCase().split(/[-_]/)[0];
  return isLanguage(base) ? base : 'en';
}
