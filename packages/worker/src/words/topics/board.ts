import { code } from '../markdown';
import type { Translator } from '../translate';
import type { Moments } from '../when';

/** Texts about sessions other than the active one. Sentences are Markdown, the rest is plain text. */
export type BoardWords = ReturnType<typeof boardWordsIn>;

export function boardWordsIn(translator: Translator, moments: Pick<Moments, 'span'>) {
  const t = translator.topic('board');
  return {
    all: (n: number) => t('all', { n }),
    /** The user replied to a message of a session that has ended. */
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
      away: t('away'),
    },
    silentFor: (count: number) => t('silentFor', { count }),
    open: t('open'),
    page: (n: number, of: number) => t('page', { n, of }),
    older: t('older'),
    newer: t('newer'),
    clear: t('clear'),
    moreButton: t('moreButton'),
    lessButton: t('lessButton'),
    list: t('list'),
    archive: t('archive'),
    history: t('history'),
    usage: t('usage'),
    allowAll: t('allowAll'),
    end: t('end'),
    /** A duration, ms; see {@link Moments.span}. */
    span: moments.span,
  } as const;
}
