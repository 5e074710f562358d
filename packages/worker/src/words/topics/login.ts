import { code } from '../markdown';
import type { Speech } from '../translate';

/** What ccbot says about the login of an agent. Markdown. */
export type LoginWords = ReturnType<typeof loginWordsIn>;

/** Those words in a language. */
export function loginWordsIn(speech: Speech) {
  const t = speech.topic('login');
  return {
    dead: (agent: string, session: string) => t('dead', { agent, session: code(session) }),
    logIn: t('logIn'),
    starting: (agent: string) => t('starting', { agent }),
    link: (agent: string, link: string) => t('link', { agent, link }),
    device: (agent: string, link: string, shown: string) => t('device', { agent, link, code: code(shown) }),
    loses: (agent: string) => t('loses', { agent }),
    losesYes: t('losesYes'),
    lost: (agent: string) => t('lost', { agent }),
    cancel: t('cancel'),
    again: t('again'),
    checking: (agent: string) => t('checking', { agent }),
    asksAgain: (agent: string, why: string) =>
      // It is quoted within a sentence, which ends with a full stop of its own.
      why === ''
        ? t('asksAgain', { agent })
        : t('asksAgainWhy', { agent, why: code(why.replace(/\.+$/, '')) }),
    notErased: t('notErased'),
    notACode: t('notACode'),
    gone: t('gone'),
    takenOver: (agent: string, name: string) => t('takenOver', { agent, name: code(name) }),
    works: t('works'),
    doneBy: (agent: string, name: string) => t('doneBy', { agent, name: code(name) }),
    cancelled: (agent: string) => t('cancelled', { agent }),
    timedOut: (agent: string, minutes: number) => t('timedOut', { agent, count: minutes }),
    failed: (agent: string, why: string) =>
      why === '' ? t('failed', { agent }) : t('failedWhy', { agent, why: code(why) }),
    done: (agent: string, until: string) =>
      until === '' ? t('done', { agent }) : t('doneUntil', { agent, until }),
    none: (agent: string) => t('none', { agent }),
    noProgram: (command: string) => t('noProgram', { command: code(command) }),
  } as const;
}
