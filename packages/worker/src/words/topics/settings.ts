import { code } from '../markdown';
import { isLanguage, LANGUAGES } from '../language';
import type { Speech } from '../translate';

/** What is said in the settings of the chat. Markdown; buttons are plain text. */
export type SettingsWords = ReturnType<typeof settingsWordsIn>;

/** Those words in a language. */
export function settingsWordsIn(speech: Speech) {
  const t = speech.topic('settings');
  const names = {
    language: t('language'),
    'silent-answers': t('silentAnswers'),
    'notice-finished': t('noticeFinished'),
    'notice-failed': t('noticeFailed'),
    'notice-needs': t('noticeNeeds'),
    'notice-silent': t('noticeSilent'),
    'card-size': t('cardSize'),
    'card-lag': t('cardLag'),
    'card-tools': t('cardTools'),
    'card-thinking': t('cardThinking'),
    'archive-after': t('archiveAfter'),
    screenshots: t('screenshots'),
    'allow-minutes': t('allowMinutes'),
  } as const;
  const pages = {
    language: t('pageLanguage'),
    notices: t('pageNotices'),
    card: t('pageCard'),
    archive: t('pageArchive'),
    screens: t('pageScreens'),
    rules: t('pageRules'),
  } as const;
  const sizes: Readonly<Record<string, string>> = {
    small: t('small'),
    medium: t('medium'),
    large: t('large'),
    on: t('on'),
    off: t('off'),
  };
  return {
    menu: t('menu'),
    inbox: t('inbox'),
    settings: t('settings'),
    help: t('help'),
    head: t('head'),
    back: t('back'),
    toMenu: t('toMenu'),
    usual: t('usual'),
    kept: t('kept'),
    forAll: t('forAll'),
    page: (page: keyof typeof pages) => pages[page],
    name: (key: keyof typeof names) => names[key],
    /** How a value reads; one of another kind as it is. */
    value(key: keyof typeof names, value: string): string {
      const number = Number(value);
      switch (key) {
        case 'language':
          return isLanguage(value) ? LANGUAGES[value] : value;
        case 'card-lag':
          return Number.isFinite(number) ? t('seconds', { count: number }) : value;
        case 'archive-after':
          return number === 0 ? t('never') : t('hours', { count: number });
        case 'allow-minutes':
          return t('minutes', { count: number });
        default:
          return sizes[value] ?? value;
      }
    },
    line: (name: string, value: string, usual: string) => t('line', { name, value, usual }),
    wrong: (name: string, stored: string) => t('wrong', { name, stored: code(stored.slice(0, 40)) }),
  } as const;
}
