import { wordsIn } from './words';

/** In English; for what does not know its chat yet. */
export const boardWords = wordsIn('en').board;
