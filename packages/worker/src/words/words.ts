import { agentWordsIn } from './topics/agents';
import { boardWordsIn } from './topics/board';
import { canaryWordsIn } from './topics/canary';
import { cardWordsIn } from './topics/card';
import { chatWordsIn } from './topics/chat';
import { incomingWordsIn } from './topics/incoming';
import { historyWordsIn } from './topics/history';
import type { Language } from './language';
import { en } from './locales/en';
import { ru } from './locales/ru';
import { zh } from './locales/zh';
import { menuWordsIn } from './topics/menu';
import { openingWordsIn } from './topics/opening';
import { outboxWordsIn } from './topics/outbox';
import { salvageWordsIn } from './topics/salvage';
import { sendWordsIn } from './topics/send';
import type { Topic } from './topic';
import { createSpeech, type Texts } from './translate';
import { momentsIn } from './when';

/** All that ccbot says in one language; what is said about sessions, by far the most, stands at the top. */
export type Words = ReturnType<typeof wordsOf>;

/** Says what a person reads in the language of their chat; handed to whoever speaks. */
export type WordsOf = (chatId: number) => Words;

function wordsOf(language: Language, texts: Texts) {
  const speech = createSpeech(language, texts);
  const moments = momentsIn(speech);
  const chat = chatWordsIn(speech);
  const topics = new Map<string, unknown>();
  return {
    /** The words of a feature. */
    of<W>(topic: Topic<W>): W {
      if (!topics.has(topic.name)) topics.set(topic.name, topic.words(speech, moments));
      return topics.get(topic.name) as W; // put there by the line above, for this topic
    },
    language,
    moments,
    ...chat,
    ...incomingWordsIn(speech),
    agents: agentWordsIn(speech, chat),
    board: boardWordsIn(speech, moments),
    canary: canaryWordsIn(speech),
    card: cardWordsIn(speech, moments),
    history: historyWordsIn(speech),
    menu: menuWordsIn(speech),
    opening: openingWordsIn(speech),
    outbox: outboxWordsIn(speech),
    salvage: salvageWordsIn(speech),
    send: sendWordsIn(speech, moments),
  } as const;
}

const ALL: Readonly<Record<Language, Words>> = {
  en: wordsOf('en', en),
  ru: wordsOf('ru', ru),
  zh: wordsOf('zh', zh),
};

/** All that ccbot says in `language`. */
export function wordsIn(language: Language): Words {
  return ALL[language];
}
