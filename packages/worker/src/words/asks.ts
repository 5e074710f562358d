import { forAgents } from './for-agents';
import { wordsIn } from './words';

/** In English; for what does not know its chat yet. */
export const askWords = { ...wordsIn('en').asks, denial: forAgents.denial } as const;
