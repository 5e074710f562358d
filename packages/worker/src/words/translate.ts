import { createInstance } from 'i18next';
import type { Language } from './language';
import { en } from './locales/en';

/** The topics of the kernel's texts: each is a file of every language. */
export type Topic = keyof typeof en;

/** Texts of one language by topic and key. A text with a number has a key for each plural form of its language. */
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
type Placeholders<S> = S extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;
type Values<T, K> = Placeholders<TextOf<T, K>> | (K extends keyof T ? never : 'count') extends infer Name
  ? [Name] extends [never]
    ? undefined
    : { readonly [N in Name & string]: N extends 'count' ? number : string | number }
  : never;

/**
 * Returns the text of a key with its `{{placeholders}}` filled in; TypeScript reads them from the English text. Values are
 * not escaped: escape foreign text for Markdown first (`code`, `fence`).
 */
export type SayIn<T> = <K extends Key<T> & string>(
  key: K,
  ...values: Values<T, K> extends undefined ? [] : [Values<T, K>]
) => string;

/** Returns the texts of one of the kernel's topics. */
export type Say<T extends Topic> = SayIn<(typeof en)[T]>;

/** The texts of one language. */
export interface Translator {
  readonly language: Language;
  /** One of the kernel's topics. */
  topic<T extends Topic>(topic: T): Say<T>;
  /** The texts of a feature, loaded at the first call. `name` is unique among all topics. */
  say<T>(name: string, texts: Readonly<Record<Language, Readonly<Record<string, string>>>>): SayIn<T>;
}

/** Falls back to English for missing texts. */
export function createTranslator(language: Language, texts: Texts): Translator {
  const i18n = createInstance();
  // Without a backend this is synchronous; the promise rejects only for wrong options.
  void i18n.init({
    lng: language,
    fallbackLng: 'en',
    // Copies, since i18next writes the texts of the features into them.
    resources: { en: { ...en }, [language]: { ...texts } },
    initAsync: false,
    keySeparator: false,
    nsSeparator: false,
    // The chat is not HTML, and a value that looks like a placeholder stays as it is.
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
    say(name, texts) {
      i18n.addResourceBundle('en', name, texts.en);
      if (language !== 'en') i18n.addResourceBundle(language, name, texts[language]);
      return say(name);
    },
  };
}
