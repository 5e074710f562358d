import { code } from '../../../words/markdown';
import { topic } from '../../../words/topic';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';

export const machineListWords = topic('machine-list', { en, ru, zh }, (say) => ({
  menu: say('menu'),
  head: say('head'),
  up: (host: string, count: number) => say('up', { host: code(host), count }),
  isDefault: say('isDefault'),
  hasDefault: say('hasDefault'),
  asksEachTime: say('asksEachTime'),
  chosen: (host: string) => say('chosen', { host: code(host) }),
  noSuchMachine: (name: string, known: readonly string[]) =>
    say('noSuchMachine', { name: code(name), known: known.map(code).join(', ') }),

  // buttons
  askButton: say('askButton'),
}));
