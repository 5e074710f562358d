import { topic } from '../../../words/topic';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';

export const watchLimitWords = topic('watchLimit', { en, ru, zh }, (say) => ({
  exhausted: say('exhausted'),
}));
