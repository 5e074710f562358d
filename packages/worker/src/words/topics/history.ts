import { code } from '../markdown';
import type { Translator } from '../translate';

/** What is said about a session's past. In Markdown; buttons are plain text. */
export type HistoryWords = ReturnType<typeof historyWordsIn>;

export function historyWordsIn(translator: Translator) {
  const t = translator.topic('history');
  return {
    head: (name: string, newest: boolean) => `**${code(name)}**${newest ? '' : ` · ${t('earlier')}`}`,
    /** Before a prompt: who wrote it. */
    who: (asker: 'you' | 'somebody' | { name: string }) =>
      typeof asker === 'string' ? t(asker) : `${asker.name}:`,
    interrupted: t('interrupted'),
    compacted: t('compacted'),
    failed: (text: string) => `*(${text})*`,
    nothing: (name: string) => t('nothing', { name: code(name) }),
    gone: (name: string) => t('gone', { name: code(name) }),
    noTranscript: (name: string) => t('noTranscript', { name: code(name) }),
    unreadable: (name: string, reason: string) => t('unreadable', { name: code(name), reason: code(reason) }),
    beginning: t('beginning'),
    exported: (name: string) => t('exported', { name }),
    exportHead: (name: string, agent: string, cwd: string) => `# ${name}\n\n${agent}: ${code(cwd)}\n`,
    tooLarge: (name: string, megabytes: number, path: string) =>
      t('tooLarge', { name: code(name), megabytes, path: code(path) }),

    // buttons
    older: t('older'),
    newer: t('newer'),
    history: t('history'),
    export: t('export'),
  } as const;
}
