import { code } from '../markdown';
import type { Speech } from '../translate';
import type { Moments } from '../when';

/** What is said of sessions beside the one that a chat writes to. Plain text, but for what is said in sentences. */
export type BoardWords = ReturnType<typeof boardWordsIn>;

/** Those words in a language. */
export function boardWordsIn(speech: Speech, moments: Pick<Moments, 'span'>) {
  const t = speech.topic('board');
  return {
    all: (n: number) => t('all', { n }),
    /** A message was an answer to one of a session that takes none any more. */
    quotedOver: (name: string) => t('quotedOver', { name: code(name) }),
    panel: t('panel'),
    state: {
      needs: t('needs'),
      failed: t('failed'),
      silent: t('silent'),
      working: t('working'),
      starting: t('starting'),
      finished: t('finished'),
      ready: t('ready'),
    },
    silentFor: (count: number) => t('silentFor', { count }),
    open: t('open'),
    page: (n: number, of: number) => t('page', { n, of }),
    older: t('older'),
    newer: t('newer'),
    noOlder: t('noOlder'),
    clear: t('clear'),
    clearSure: (name: string) => t('clearSure', { name: code(name) }),
    clearYes: t('clearYes'),
    moreButton: t('moreButton'),
    lessButton: t('lessButton'),
    list: t('list'),
    archive: t('archive'),
    usage: t('usage'),
    allowAll: t('allowAll'),
    end: t('end'),
    /** A span of time, ms; see {@link Moments.span}. */
    span: moments.span,
  } as const;
}
