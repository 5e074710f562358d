import { code } from '../markdown';
import type { Translator } from '../translate';

/** Opening and restoring sessions: why it failed, and the buttons. In Markdown. */
export function openingWordsIn(translator: Translator) {
  const t = translator.topic('opening');
  return {
    noDirectory: (path: string) => t('noDirectory', { path: code(path) }),
    notADirectory: (path: string) => t('notADirectory', { path: code(path) }),
    unreadableDirectory: (path: string) => t('unreadableDirectory', { path: code(path) }),
    /** `setting`: names another command; empty: there is no such setting. */
    noProgram: (command: string, setting: string) =>
      setting === ''
        ? t('notInstalled', { command: code(command) })
        : t('noProgram', { command: code(command), setting }),
    windowFailed: (reason: string) => t('windowFailed', { reason: code(reason) }),
    nothingToResume: (name: string) => t('nothingToResume', { name: code(name) }),
    notResumable: (name: string) => t('notResumable', { name: code(name) }),
    stillRunning: (name: string, pids: readonly number[]) =>
      t('stillRunning', { name: code(name), pids: pids.join(', '), kill: code(`kill ${pids.join(' ')}`) }),

    // buttons
    restore: t('restore'),
    restoreAll: t('restoreAll'),
  } as const;
}
