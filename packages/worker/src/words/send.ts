import { sendAnswers } from './topics/send';
import { wordsIn } from './words';

/** In English; for what does not know its chat yet. */
export const sendWords = { ...wordsIn('en').send, ...sendAnswers } as const;
