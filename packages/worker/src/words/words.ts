import { lazy } from '@ccbot/shared/lazy';
import { agentWordsIn } from './topics/agents';
import { boardWordsIn } from './topics/board';
import { canaryWordsIn } from './topics/canary';
import { cardWordsIn } from './topics/card';
import { chatWordsIn } from './topics/chat';
import { incomingWordsIn } from './topics/incoming';
import type { Language } from './language';
import { en } from './locales/en';
import { ru } from './locales/ru';
import { zh } from './locales/zh';
import { machineWordsIn } from './topics/machines';
import { openingWordsIn } from './topics/opening';
import { outboxWordsIn } from './topics/outbox';
import { salvageWordsIn } from './topics/salvage';
import { troubleWordsIn } from './topics/troubles';
import type { Topic } from './topic';
import { createTranslator, type Texts } from './translate';
import { momentsIn } from './when';

/** The texts of the chat in one language. Those about sessions, by far the most, are at the top level. */
export type Words = ReturnType<typeof wordsOf>;

/** The texts in the language of a chat. */
export type WordsOf = (chatId: number) => Words;

function wordsOf(language: Language, texts: Texts) {
  const translator = createTranslator(language, texts);
  const moments = momentsIn(translator);
  const chat = chatWordsIn(translator);
  const topics = new Map<string, unknown>();
  return {
    /** The words of a feature. */
    of<W>(topic: Topic<W>): W {
      if (!topics.has(topic.name)) topics.set(topic.name, topic.words(translator, moments));
      return topics.get(topic.name) as W; // the line above stores it for this topic
    },
    language,
    moments,
    ...chat,
    ...incomingWordsIn(translator),
    agents: agentWordsIn(translator, chat),
    board: boardWordsIn(translator, moments),
    canary: canaryWordsIn(translator),
    card: cardWordsIn(translator, moments),
    machines: machineWordsIn(translator, moments),
    opening: openingWordsIn(translator),
    outbox: outboxWordsIn(translator),
    salvage: salvageWordsIn(translator),
    troubles: troubleWordsIn(translator),
  } as const;
}

const ALL: Readonly<Record<Language, () => Words>> = {
  en: lazy(() => wordsOf('en', en)),
  ru: lazy(() => wordsOf('ru', ru)),
  zh: lazy(() => wordsOf('zh', zh)),
};

/** The texts in a language. */
export function wordsIn(language: Language): Words {
  return ALL[language]();
}
