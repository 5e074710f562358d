import type { Language } from './language';
import type { SayIn, Speech } from './translate';
import type { Moments } from './when';

/** Texts by their keys; a text that counts has a key for each plural form of its language. */
export type TopicTexts = Readonly<Record<string, string>>;

/** The words of one feature or room: its texts in every language, and how they are put together. */
export interface Topic<W> {
  /** Unique among all topics. */
  readonly name: string;
  readonly texts: Readonly<Record<Language, TopicTexts>>;
  readonly words: (speech: Speech, moments: Moments) => W;
}

/**
 * Defines the words of a feature. `words` makes what comes from elsewhere safe for Markdown (`code`, `fence`) and says the
 * texts; English decides which keys and `{{holes}}` there are, and a test compares the other languages with it.
 */
export function topic<const T extends TopicTexts, W>(
  name: string,
  texts: { readonly en: T } & Readonly<Record<Exclude<Language, 'en'>, TopicTexts>>,
  words: (say: SayIn<T>, moments: Moments) => W,
): Topic<W> {
  return {
    name,
    texts,
    words: (speech, moments) => words(speech.say<T>(name, texts), moments),
  };
}
