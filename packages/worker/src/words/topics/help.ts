import { code } from '../markdown';
import type { Speech } from '../translate';

/** The sections of the help, in their order. */
export const HELP_SECTIONS = ['first', 'sessions', 'asks', 'files', 'tips'] as const;

/** See {@link HELP_SECTIONS}. */
export type HelpSection = (typeof HELP_SECTIONS)[number];

/** What the help tells of this installation. */
export interface HelpFacts {
  /** The file of the single-instance lock. */
  lock: string;
  /** The tmux session that the windows are in. */
  tmux: string;
  /** What of each agent stands in the help, in Markdown; see `agents.help`. */
  agents: string;
}

/** The help, a page a section. Markdown. */
export type HelpWords = ReturnType<typeof helpWordsIn>;

/** Those words in a language. */
export function helpWordsIn(speech: Speech) {
  const t = speech.topic('help');
  return {
    intro: t('intro'),
    title: (section: HelpSection) => t(section),
    page(section: HelpSection, { lock, tmux, agents }: HelpFacts): string {
      switch (section) {
        case 'first':
          return `${t('firstText', { tmux })}\n\n${t('agents', { list: agents })}`;
        case 'sessions':
          return t('sessionsText');
        case 'asks':
          return t('asksText');
        case 'files':
          return t('filesText');
        case 'tips':
          return t('tipsText', { lock: code(lock) });
      }
    },
    back: t('back'),
  } as const;
}
