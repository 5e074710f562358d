import { topic } from '../../../words/topic';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';

/** Plain text, not Markdown. */
export const sendFileWords = topic('send-file', { en, ru, zh }, (say, { size }) => ({
  offered: (session: string, name: string, bytes: number) =>
    say('offered', { session, name, size: size(bytes) }),
  sending: (name: string) => say('sending', { name }),
  notSent: (name: string) => say('notSent', { name }),
  over: say('over'),
  gone: (name: string) => say('gone', { name }),
  changed: (name: string) => say('changed', { name }),

  // buttons
  sendIt: say('sendIt'),
  doNot: say('doNot'),
}));
