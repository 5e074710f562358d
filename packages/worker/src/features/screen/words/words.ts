import { code, fence } from '../../../words/markdown';
import { topic } from '../../../words/topic';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';

export type ScreenWords = ReturnType<typeof screenWords.words>;

export const screenWords = topic('screen', { en, ru, zh }, (say) => ({
  menu: say('menu'),
  /** Plain text: the caption of a picture. */
  caption: (name: string) => say('caption', { name }),
  asText: (name: string, screen: string) => say('asText', { name: code(name), screen: fence(screen) }),
  undrawn: (name: string, screen: string, why: string) =>
    say('undrawn', { name: code(name), screen: fence(screen), why: code(why) }),
  empty: say('empty'),
  unreadable: (name: string, reason: string) => say('unreadable', { name: code(name), reason: code(reason) }),
  keyFailed: (name: string, reason: string) => say('keyFailed', { name: code(name), reason: code(reason) }),

  // over the chat, when a key was pressed
  noChange: say('noChange'),
  answered: say('answered'),
  answeredBy: (name: string) => say('answeredBy', { name: code(name) }),

  // buttons
  refresh: say('refresh'),
  close: say('close'),
}));
