import { isLanguage, LANGUAGES } from '../../../words/language';
import { code } from '../../../words/markdown';
import { topic } from '../../../words/topic';
import { en } from './en';
import { ru } from './ru';
import { zh } from './zh';

export const settingsWords = topic('settings', { en, ru, zh }, (say) => {
  const names = {
    language: say('language'),
    'silent-answers': say('silentAnswers'),
    'notice-finished': say('noticeFinished'),
    'notice-failed': say('noticeFailed'),
    'notice-needs': say('noticeNeeds'),
    'notice-silent': say('noticeSilent'),
    'card-size': say('cardSize'),
    'card-lag': say('cardLag'),
    'card-tools': say('cardTools'),
    'card-thinking': say('cardThinking'),
    'archive-after': say('archiveAfter'),
    screenshots: say('screenshots'),
    'allow-minutes': say('allowMinutes'),
  } as const;
  const pages = {
    language: say('pageLanguage'),
    notices: say('pageNotices'),
    card: say('pageCard'),
    archive: say('pageArchive'),
    screens: say('pageScreens'),
    rules: say('pageRules'),
  } as const;
  const values: Readonly<Record<string, string>> = {
    small: say('small'),
    medium: say('medium'),
    large: say('large'),
    on: say('on'),
    off: say('off'),
  };
  return {
    menuMenu: say('menuMenu'),
    menuSettings: say('menuSettings'),
    menu: say('menu'),
    inbox: say('inbox'),
    settings: say('settings'),
    help: say('help'),
    head: say('head'),
    back: say('back'),
    toMenu: say('toMenu'),
    useDefault: say('useDefault'),
    saved: say('saved'),
    everyChat: say('everyChat'),
    page: (page: keyof typeof pages) => pages[page],
    name: (key: keyof typeof names) => names[key],
    /** An unknown value stays as it is. */
    value(key: keyof typeof names, value: string): string {
      const number = Number(value);
      switch (key) {
        case 'language':
          return isLanguage(value) ? LANGUAGES[value] : value;
        case 'card-lag':
          return Number.isFinite(number) ? say('seconds', { count: number }) : value;
        case 'archive-after':
          return number === 0 ? say('never') : say('hours', { count: number });
        case 'allow-minutes':
          return say('minutes', { count: number });
        default:
          return values[value] ?? value;
      }
    },
    line: (name: string, value: string, usual: string) => say('line', { name, value, usual }),
    invalid: (name: string, stored: string) => say('invalid', { name, stored: code(stored.slice(0, 40)) }),
  };
});

export type SettingsWords = ReturnType<(typeof settingsWords)['words']>;
