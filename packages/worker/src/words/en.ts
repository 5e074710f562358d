import { forAgents } from './for-agents';
import { wordsIn } from './words';

export { code, fence } from './markdown';

/** The English words; only for what does not know its chat yet. New code is handed `Words` or `WordsOf`. */
export const english = wordsIn('en');

/** See {@link english}. */
export const words = { ...english, agent: forAgents, goOn: forAgents.goOn } as const;
