import { code } from '../../../words/markdown';
import { topic } from '../../../words/topic';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';

export const stopWords = topic('stop', { en, ru, zh }, (say) => ({
  menu: say('menu'),
  menuKill: say('menuKill'),
  stopping: say('stopping'),
  nothingToStop: (name: string) => say('nothingToStop', { name: code(name) }),
  stillWorking: (name: string) => say('stillWorking', { name: code(name) }),
  stopAgain: say('stopAgain'),
  keyFailed: (name: string, reason: string) => say('keyFailed', { name: code(name), reason: code(reason) }),
  killSure: (name: string) => say('killSure', { name: code(name) }),
  killYes: say('killYes'),
  killed: (name: string) => say('killed', { name: code(name) }),
}));
