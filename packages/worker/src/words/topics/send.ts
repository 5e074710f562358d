import type { Translator } from '../translate';
import type { Moments } from '../when';

/** What the person is told about files that agents send. Plain text, not Markdown. */
export type SendWords = ReturnType<typeof sendWordsIn>;

export function sendWordsIn(translator: Translator, { size: sizeOf }: Pick<Moments, 'size'>) {
  const t = translator.topic('send');
  return {
    offered: (session: string, name: string, bytes: number) =>
      t('offered', { session, name, size: sizeOf(bytes) }),
    sendIt: t('sendIt'),
    doNot: t('doNot'),
    agreed: (name: string) => t('agreed', { name }),
    notSent: (name: string) => t('notSent', { name }),
    offerOver: t('offerOver'),
    offerGone: (name: string) => t('offerGone', { name }),
    offerChanged: (name: string) => t('offerChanged', { name }),
  } as const;
}

/** What the agent's own command is answered about files, in English whatever the person speaks. */
export const sendAnswers = {
  noSession:
    'this is not a session of ccbot (CCBOT_SESSION names none that runs); only an agent in one can send files',
  noChat: (chat: number) => `${chat} is no chat of a person in ALLOWED_USERS`,
  notCopied: (reason: string) => `it could not be copied: ${reason}`,
  held: 'it may hold credentials, so the person is asked first; it is sent when they tap “Send it”',
} as const;
