import { code } from '../../../words/markdown';
import { topic } from '../../../words/topic';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';

export const namingWords = topic('naming', { en, ru, zh }, (say) => ({
  menu: say('menu'),
  renamed: (name: string) => say('renamed', { name: code(name) }),
  usage: say('usage'),
}));
