import { code } from '../../../words/markdown';
import { topic } from '../../../words/topic';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';

export const loginWords = topic('login', { en, ru, zh }, (say, { when }) => ({
  menu: say('menu'),
  dead: (agent: string, session: string) => say('dead', { agent, session: code(session) }),
  logIn: say('logIn'),
  starting: (agent: string) => say('starting', { agent }),
  link: (agent: string, link: string) => say('link', { agent, link }),
  device: (agent: string, link: string, shown: string) => say('device', { agent, link, code: code(shown) }),
  discards: (agent: string) => say('discards', { agent }),
  discardsYes: say('discardsYes'),
  interrupted: (agent: string) => say('interrupted', { agent }),
  cancel: say('cancel'),
  tryAgain: say('tryAgain'),
  checking: (agent: string) => say('checking', { agent }),
  /** `why` is the last line of the program; empty: it gave no reason. */
  codeRejected: (agent: string, why: string) =>
    // It is quoted within a sentence, which ends with a full stop of its own.
    why === ''
      ? say('codeRejected', { agent })
      : say('codeRejectedWhy', { agent, why: code(why.replace(/(?<!\.)\.+$/, '')) }),
  notDeleted: say('notDeleted'),
  notACode: say('notACode'),
  loginOver: say('loginOver'),
  takenOver: (agent: string, name: string) => say('takenOver', { agent, name: code(name) }),
  worksAgain: say('worksAgain'),
  loggedInBy: (agent: string, name: string) => say('loggedInBy', { agent, name: code(name) }),
  cancelled: (agent: string) => say('cancelled', { agent }),
  timedOut: (agent: string, minutes: number) => say('timedOut', { agent, count: minutes }),
  failed: (agent: string, why: string) =>
    why === '' ? say('failed', { agent }) : say('failedWhy', { agent, why: code(why) }),
  /** `expiresAt`, ms since the epoch; undefined: the agent does not say. */
  loggedIn: (agent: string, expiresAt: number | undefined, now: number) =>
    expiresAt === undefined
      ? say('loggedIn', { agent })
      : say('loggedInUntil', { agent, when: when(expiresAt, now) }),
  noLogin: (agent: string) => say('noLogin', { agent }),
  noProgram: (command: string) => say('noProgram', { command: code(command) }),
}));

export type LoginWords = ReturnType<(typeof loginWords)['words']>;
