import { code, fence } from '../markdown';
import type { Translator } from '../translate';

/** Texts about sessions. Markdown. */
export type ChatWords = ReturnType<typeof chatWordsIn>;

export function chatWordsIn(translator: Translator) {
  const t = translator.topic('chat');
  const lastWords = (screen: string): string =>
    screen === '' ? '' : ` ${t('lastWords', { screen: fence(screen) })}`;
  const codes = (names: readonly string[]): string => names.map(code).join(', ');
  return {
    emptyMessage: t('emptyMessage'),
    noSessions: t('noSessions'),
    noActive: t('noActive'),
    noSuchSession: (name: string) => t('noSuchSession', { name: code(name) }),
    expired: t('expired'),
    oldButton: t('oldButton'),
    earlyTap: t('earlyTap'),
    chooseSession: t('chooseSession'),
    switched: (name: string) => t('switched', { name: code(name) }),
    diedAtOnce: (name: string, status: string, screen: string) =>
      `${t('diedAtOnce', { name: code(name), status })}${lastWords(screen) || ` ${t('noLastWords')}`}`,
    died: (name: string, status: string, screen: string) =>
      `${t('died', { name: code(name), status })}${lastWords(screen)}`,
    /** The end of a program's output, after a space; empty if it printed nothing. */
    lastWords,
    windowClosed: (name: string) => t('windowClosed', { name: code(name) }),
    lost: (names: readonly string[]) => t('lost', { names: codes(names) }),
    found: (names: readonly string[]) => t('found', { names: codes(names) }),
    exitStatus: (status: number | null) => (status === null ? t('noExitCode') : t('exitCode', { status })),
    /** Why a message waits to be typed. */
    waits: {
      dialog: (name: string) => t('waitsDialog', { name: code(name) }),
      limit: (name: string) => t('waitsLimit', { name: code(name) }),
      starting: (name: string) => t('waitsStarting', { name: code(name) }),
      missing: (name: string) => t('waitsMissing', { name: code(name) }),
      draft: (name: string) => t('waitsDraft', { name: code(name) }),
      hidden: (name: string) => t('waitsHidden', { name: code(name) }),
      unsent: (name: string) => t('waitsUnsent', { name: code(name) }),
      over: (name: string) => t('waitsOver', { name: code(name) }),
    },
    uncertain: (text: string) => t('uncertain', { text: fence(text) }),
    uncertainOf: (name: string, text: string) => t('uncertainOf', { name: code(name), text: fence(text) }),
    sendAgain: t('sendAgain'),
    drop: t('drop'),
    dropped: t('dropped'),
    retyping: t('retyping'),
    alreadyDecided: t('alreadyDecided'),
    typingFailed: (name: string, reason: string) => t('typingFailed', { name: code(name), reason }),
    inboxFailed: (error: string) => t('inboxFailed', { error: code(error) }),
    diskFull: t('diskFull'),
    /** The cluster of several machines. */
    cluster: {
      away: (host: string) => t('clusterAway', { host: code(host) }),
      refused: (host: string, what: string) => t('clusterRefused', { host: code(host), what: code(what) }),
      back: (host: string) => t('clusterBack', { host: code(host) }),
      lostData: t('clusterLostData'),
      oldButton: t('clusterOldButton'),
      severalSessions: (name: string, choices: readonly string[]) =>
        t('clusterSeveralSessions', { name: code(name), choices: codes(choices) }),
      elsewhere: (name: string) => t('clusterElsewhere', { name: code(name) }),
    },
  } as const;
}
