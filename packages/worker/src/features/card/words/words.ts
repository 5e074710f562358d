import { code } from '../../../words/markdown';
import { topic } from '../../../words/topic';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';

/** The words of the commands. Those of the card itself, which the board draws, are the kernel's. */
export const cardCommandWords = topic('card-commands', { en, ru, zh }, (say) => ({
  menu: say('menu'),
  /** Plain text, over the chat. */
  noOlder: say('noOlder'),
  unlisted: (count: number) => say('unlisted', { count }),
  clearSure: (name: string) => say('clearSure', { name: code(name) }),
  clearYes: say('clearYes'),
}));
