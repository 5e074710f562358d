import type { Translator } from '../translate';

/** Texts in place of what could not be shown. Plain text, not Markdown. */
export type OutboxWords = ReturnType<typeof outboxWordsIn>;

export function outboxWordsIn(translator: Translator) {
  const t = translator.topic('outbox');
  return {
    fileGone: (name: string) => t('fileGone', { name }),
    fileUnreadable: (name: string, reason: string) => t('fileUnreadable', { name, reason }),
    fileEmpty: (name: string) => t('fileEmpty', { name }),
    fileTooLarge: (name: string, mb: number, most: number) => t('fileTooLarge', { name, mb, most }),
    fileRefused: (name: string, reason: string) => t('fileRefused', { name, reason }),
    fileStuck: (name: string) => t('fileStuck', { name }),
    textRefused: (units: number, reason: string) => t('textRefused', { count: units, reason }),
    show: t('show'),
    hide: t('hide'),
    repeated: t('repeated'),
    threadLost: t('threadLost'),
  } as const;
}
