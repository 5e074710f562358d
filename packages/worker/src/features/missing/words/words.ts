import { code } from '../../../words/markdown';
import { topic } from '../../../words/topic';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';

const listed = (pids: readonly number[]): string => pids.join(', ');

export const missingWords = topic('missing', { en, ru, zh }, (say) => ({
  stillRunning: (name: string, pids: readonly number[]) =>
    say('stillRunning', { name: code(name), pids: listed(pids) }),
  notAdoptable: (name: string, pids: readonly number[]) =>
    say('notAdoptable', { name: code(name), pids: listed(pids) }),
  left: (name: string, pids: readonly number[]) => say('left', { name: code(name), pids: listed(pids) }),
  adopted: (name: string) => say('adopted', { name: code(name) }),
  notAdopted: (name: string, reason: string) => say('notAdopted', { name: code(name), reason: code(reason) }),

  // buttons
  leave: say('leave'),
  end: say('end'),
  adopt: say('adopt'),
}));
