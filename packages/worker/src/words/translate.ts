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
 * Says a text by its key, with values for its `{{holes}}`, which TypeScript reads from the English text. A value is put in
 * as it is: what comes from elsewhere is made safe for Markdown before (`code`, `fence`).
 */
export type SayIn<T> = <K extends Key<T> & string>(
  key: K,
  ...values: Values<T, K> extends undefined ? [] : [Values<T, K>]
) => string;

/** Says the texts of one of the kernel's topics. */
export type Say<T extends Topic> = SayIn<(typeof en)[T]>;

/** Speaks one language. */
export interface Speech {
  readonly language: Language;
  /** One of the kernel's topics. */
  topic<T extends Topic>(topic: T): Say<T>;
  /** A feature's own texts, under a name of their own. They are loaded at the first call. */
  say<T>(name: string, texts: Readonly<Record<Language, Readonly<Record<string, string>>>>): SayIn<T>;
}

/** Speaks a language from the kernel's texts; what they lack is said in English. */
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
  const say =
    (ns: string) =>
    (key: string, ...[values]: readonly unknown[]): string =>
      String(i18n.t(key, { ns, nest: false, ...(values as Record<string, unknown> | undefined) }));
  return {
    language,
    topic: (name) => say(name),
    say(name, own) {
      i18n.addResourceBundle('en', name, own.en);
      if (language !== 'en') i18n.addResourceBundle(language, name, own[language]);
      return say(name);
    },
  };
}
