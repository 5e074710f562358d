import type { Language } from './language';
import type { SayIn, Translator } from './translate';
import type { Moments } from './when';

/** Texts by key. A text with a number has a key for each plural form of its language. */
export type TopicTexts = Readonly<Record<string, string>>;

/** The words of one feature or room: its texts in every language, and the functions that fill them in. */
export interface Topic<W> {
  /** Unique among all topics. */
  readonly name: string;
  readonly texts: Readonly<Record<Language, TopicTexts>>;
  readonly words: (translator: Translator, moments: Moments) => W;
}

/**
 * Defines the words of a feature. `words` fills in the texts, and escapes values for Markdown (`code`, `fence`). The English
 * texts define the keys and `{{placeholders}}`; a test compares the other languages with them.
 */
export function topic<const T extends TopicTexts, W>(
  name: string,
  texts: { readonly en: T } & Readonly<Record<Exclude<Language, 'en'>, TopicTexts>>,
  words: (say: SayIn<T>, moments: Moments) => W,
): Topic<W> {
  return {
    name,
    texts,
    words: (translator, moments) => words(translator.say<T>(name, texts), moments),
  };
}
