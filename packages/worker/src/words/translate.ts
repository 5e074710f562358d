import { createInstance } from 'i18next';
import type { Language } from './language';
import { en } from './locales/en';

/** The topics that the texts are sorted by: each is a file of every language. */
export type Topic = keyof typeof en;

/** Texts of one language by topic and key; a text that counts has a key for each plural form of its language. */
export type Texts = Readonly<Record<Topic, Readonly<Record<string, string>>>>;

type Form = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';
type Key<T> = keyof T extends infer K ? (K extends `${infer Base}_${Form}` ? Base : K) : never;
type TextOf<T, K> = K extends keyof T
  ? T[K]
  : K extends string
    ? `${K}_other` extends keyof T
      ? T[`${K}_other`]
      : never
    : never;
type Holes<S> = S extends `${string}{{${infer Hole}}}${infer Rest}` ? Hole | Holes<Rest> : never;
type Values<T, K> = Holes<TextOf<T, K>> | (K extends keyof T ? never : 'count') extends infer Hole
  ? [Hole] extends [never]
    ? undefined
    : { readonly [H in Hole & string]: H extends 'count' ? number : string | number }
  : never;

/**
 * Says the text of one topic by its key, with values for its `{{holes}}`, which TypeScript reads from the English text.
 * A value is put in as it is: what comes from elsewhere is made safe for Markdown before (`code`, `fence`).
 */
export type Say<T extends Topic> = <K extends Key<(typeof en)[T]> & string>(
  key: K,
  ...values: Values<(typeof en)[T], K> extends undefined ? [] : [Values<(typeof en)[T], K>]
) => string;

/** Speaks one language. */
export interface Speech {
  readonly language: Language;
  topic<T extends Topic>(topic: T): Say<T>;
}

/** Makes the speech of a language from its texts; what they lack is said in English. */
export function createSpeech(language: Language, texts: Texts): Speech {
  const i18n = createInstance();
  // Without a backend this is done when it returns; a promise that fails is one that a wrong option makes.
  void i18n.init({
    lng: language,
    fallbackLng: 'en',
    resources: { en, [language]: texts },
    initAsync: false,
    keySeparator: false,
    nsSeparator: false,
    // The chat is no HTML, and a value that looks like a text's own markup stays what it is.
    interpolation: { escapeValue: false, skipOnVariables: true },
    nest: false,
  } as Parameters<typeof i18n.init>[0] & object);
  const say = (key: string, options: Record<string, unknown>): string => String(i18n.t(key, options));
  return {
    language,
    topic:
      (ns) =>
      (key, ...[values]) =>
        say(key, { ns, nest: false, ...values }),
  };
}
