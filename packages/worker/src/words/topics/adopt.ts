import { code } from '../markdown';
import type { Speech } from '../translate';

/** What is said about windows that somebody opened at the desk. In Markdown; buttons are plain text. */
export type AdoptWords = ReturnType<typeof adoptWordsIn>;

/** Those words in a language. */
export function adoptWordsIn(speech: Speech) {
  const t = speech.topic('adopt');
  const at = (tmuxSession: string, window: string): string => code(`${tmuxSession}:${window}`);
  return {
    agentAtDesk: (agent: string, tmuxSession: string, window: string, cwd: string) =>
      t('agentAtDesk', { agent, window: at(tmuxSession, window), cwd: code(cwd) }),
    windowOfNobody: (tmuxSession: string, window: string, command: string, cwd: string) =>
      t('windowOfNobody', { window: at(tmuxSession, window), command: code(command), cwd: code(cwd) }),
    deadWindow: (tmuxSession: string, window: string) => t('deadWindow', { window: at(tmuxSession, window) }),
    adopted: (name: string) => t('adopted', { name: code(name) }),
    none: t('none'),
    gone: t('gone'),
    closeSure: (window: string, command: string) =>
      t('closeSure', { window: code(window), command: code(command) }),
    closed: (window: string) => t('closed', { window: code(window) }),
    notAdopted: (reason: string) => t('notAdopted', { reason: code(reason) }),
    agentGone: (name: string) => t('agentGone', { name: code(name) }),

    // buttons
    adopt: t('adopt'),
    close: t('close'),
    closeYes: t('closeYes'),
  } as const;
}
