import { LANGUAGES } from '../words/language';
import { NOTICES } from '../board/notices';

/** The pages of the settings in the chat, in their order. */
export const SETTING_PAGES = ['language', 'notices', 'card', 'archive', 'screens', 'rules'] as const;

/** See {@link SETTING_PAGES}; `menu` and `root` lead to them. */
export type SettingPage = (typeof SETTING_PAGES)[number] | 'menu' | 'root';

/** What a person sets in the chat. */
export type PreferenceKey =
  | 'language'
  | 'silent-answers'
  | 'notice-finished'
  | 'notice-failed'
  | 'notice-needs'
  | 'notice-silent'
  | 'card-size'
  | 'card-lag'
  | 'card-tools'
  | 'card-thinking'
  | 'archive-after'
  | 'screenshots'
  | 'allow-minutes';

/** One of them: what it can be, and where it is kept. */
export interface Preference {
  key: PreferenceKey;
  page: SettingPage;
  /** `chat`: each chat has its own; `all`: one for all of ccbot. */
  scope: 'chat' | 'all';
  /** What the person chooses from. */
  values: readonly string[];
  /** How it stands at first; absent: what ccbot was started with decides. */
  usual?: string;
}

const ON_OFF = ['on', 'off'] as const;

/** All of them, in the order in which a page shows them. */
export const PREFERENCES: readonly Preference[] = [
  { key: 'language', page: 'language', scope: 'chat', values: Object.keys(LANGUAGES), usual: 'en' },
  { key: 'silent-answers', page: 'notices', scope: 'chat', values: ON_OFF, usual: 'off' },
  ...NOTICES.map((notice) => ({
    // The table of the short messages has the keys.
    key: notice.key as PreferenceKey,
    page: 'notices' as const,
    scope: 'chat' as const,
    values: ON_OFF,
    usual: notice.default,
  })),
  { key: 'card-size', page: 'card', scope: 'chat', values: ['small', 'medium', 'large'], usual: 'medium' },
  { key: 'card-lag', page: 'card', scope: 'chat', values: ['1', '2', '5', '15'] },
  { key: 'card-tools', page: 'card', scope: 'chat', values: ON_OFF, usual: 'on' },
  { key: 'card-thinking', page: 'card', scope: 'chat', values: ON_OFF, usual: 'off' },
  { key: 'archive-after', page: 'archive', scope: 'all', values: ['6', '12', '24', '0'] },
  { key: 'screenshots', page: 'screens', scope: 'chat', values: ON_OFF, usual: 'on' },
  { key: 'allow-minutes', page: 'rules', scope: 'chat', values: ['5', '10', '30', '60'], usual: '10' },
];

/** A preference as it stands. */
export interface Stands {
  value: string;
  /** What it is where nothing is set. */
  usual: string;
  /** What is stored and is none of the values: the default holds, and the person is told. */
  wrong?: string;
}

/** What people have set, read with its defaults. */
export interface Preferences {
  read(chatId: number, key: PreferenceKey): Stands;
  /** The value that holds. */
  get(chatId: number, key: PreferenceKey): string;
  /** Whether something was ever set, be it the default again. */
  isSet(chatId: number, key: PreferenceKey): boolean;
  /** Keeps a value where nothing was ever set. */
  atFirst(chatId: number, key: PreferenceKey, value: string): void;
  /** Keeps a value; null: the default holds again. False for what is no value of it: nothing is kept. */
  set(chatId: number, key: PreferenceKey, value: string | null): boolean;
}

/** Reads and keeps preferences; `started` has the defaults that ccbot was started with. */
export function createPreferences(
  settings: {
    get(scope: string, key: string): string | undefined;
    set(s: string, k: string, v: string): void;
  },
  started: { 'card-lag': string; 'archive-after': string },
): Preferences {
  const scopeOf = ({ scope }: Preference, chatId: number): string =>
    scope === 'all' ? 'bot' : `chat:${chatId}`;
  const of = (key: PreferenceKey): Preference =>
    PREFERENCES.find((one) => one.key === key) ?? { key, page: 'root', scope: 'chat', values: [], usual: '' };

  function read(chatId: number, key: PreferenceKey): Stands {
    const one = of(key);
    const usual = one.usual ?? (key === 'card-lag' || key === 'archive-after' ? started[key] : '');
    const stored = settings.get(scopeOf(one, chatId), key) ?? '';
    if (stored === '') return { value: usual, usual };
    if (one.values.includes(stored)) return { value: stored, usual };
    return { value: usual, usual, wrong: stored };
  }

  return {
    read,
    get: (chatId, key) => read(chatId, key).value,
    isSet: (chatId, key) => settings.get(scopeOf(of(key), chatId), key) !== undefined,
    atFirst(chatId, key, value) {
      const scope = scopeOf(of(key), chatId);
      if (settings.get(scope, key) === undefined) settings.set(scope, key, value);
    },
    set(chatId, key, value) {
      const one = of(key);
      if (value !== null && !one.values.includes(value)) return false;
      settings.set(scopeOf(one, chatId), key, value ?? '');
      return true;
    },
  };
}
