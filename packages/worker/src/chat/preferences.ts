import { LANGUAGES } from '../words/language';
import { NOTICES } from '../board/notices';
import type { Settings } from '../store/settings';

/** The pages of the settings, in their order. */
export const SETTING_PAGES = ['language', 'notices', 'card', 'archive', 'screens', 'rules'] as const;

/** A page of the settings; `menu` and `root` lead to the others. */
export type SettingPage = (typeof SETTING_PAGES)[number] | 'menu' | 'root';

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

export interface Preference {
  key: PreferenceKey;
  page: SettingPage;
  /** `chat`: each chat has its own; `all`: one for all of ccbot. */
  scope: 'chat' | 'all';
  values: readonly string[];
  /** The default; absent: a setting of ccbot decides. */
  defaultValue?: string;
}

const ON_OFF = ['on', 'off'] as const;

/** Every preference, in the order in which a page shows them. */
export const PREFERENCES: readonly Preference[] = [
  { key: 'language', page: 'language', scope: 'chat', values: Object.keys(LANGUAGES), defaultValue: 'en' },
  { key: 'silent-answers', page: 'notices', scope: 'chat', values: ON_OFF, defaultValue: 'off' },
  ...NOTICES.map((notice) => ({
    // The keys are in the table of notices.
    key: notice.key as PreferenceKey,
    page: 'notices' as const,
    scope: 'chat' as const,
    values: ON_OFF,
    defaultValue: notice.default,
  })),
  {
    key: 'card-size',
    page: 'card',
    scope: 'chat',
    values: ['small', 'medium', 'large'],
    defaultValue: 'medium',
  },
  { key: 'card-lag', page: 'card', scope: 'chat', values: ['1', '2', '5', '15'] },
  { key: 'card-tools', page: 'card', scope: 'chat', values: ON_OFF, defaultValue: 'on' },
  { key: 'card-thinking', page: 'card', scope: 'chat', values: ON_OFF, defaultValue: 'off' },
  { key: 'archive-after', page: 'archive', scope: 'all', values: ['6', '12', '24', '0'] },
  { key: 'screenshots', page: 'screens', scope: 'chat', values: ON_OFF, defaultValue: 'on' },
  { key: 'allow-minutes', page: 'rules', scope: 'chat', values: ['5', '10', '30', '60'], defaultValue: '10' },
];

/** The present value of a preference. */
export interface PreferenceValue {
  value: string;
  defaultValue: string;
  /** A stored value that does not exist: the default applies, and the user is told. */
  invalid?: string;
}

/** What users have set in their chats, with defaults. */
export interface Preferences {
  read(chatId: number, key: PreferenceKey): PreferenceValue;
  /** The value that applies. */
  get(chatId: number, key: PreferenceKey): string;
  /** Whether a value was ever set, even the default. */
  isSet(chatId: number, key: PreferenceKey): boolean;
  /** Stores a value where none was ever set. */
  atFirst(chatId: number, key: PreferenceKey, value: string): void;
  /** Stores a value; null: the default applies again. False, and nothing is stored, for a value that does not exist. */
  set(chatId: number, key: PreferenceKey, value: string | null): boolean;
}

/** `configured`: the defaults that ccbot's settings decide. */
export function createPreferences(
  settings: Pick<Settings, 'get' | 'set'>,
  configured: ConfiguredDefaults,
): Preferences {
  function read(chatId: number, key: PreferenceKey): PreferenceValue {
    const preference = preferenceOf(key);
    const defaultValue = preference.defaultValue ?? configuredDefault(configured, key);
    const stored = settings.get(scopeOf(preference, chatId), key) ?? '';
    if (stored === '') return { value: defaultValue, defaultValue };
    if (preference.values.includes(stored)) return { value: stored, defaultValue };
    return { value: defaultValue, defaultValue, invalid: stored };
  }

  return {
    read,
    get: (chatId, key) => read(chatId, key).value,
    isSet: (chatId, key) => settings.get(scopeOf(preferenceOf(key), chatId), key) !== undefined,
    atFirst(chatId, key, value) {
      const scope = scopeOf(preferenceOf(key), chatId);
      if (settings.get(scope, key) === undefined) settings.set(scope, key, value);
    },
    set(chatId, key, value) {
      const preference = preferenceOf(key);
      if (value !== null && !preference.values.includes(value)) return false;
      settings.set(scopeOf(preference, chatId), key, value ?? '');
      return true;
    },
  };
}

/** The preferences whose defaults are settings of ccbot. */
type ConfiguredDefaults = Readonly<Record<'card-lag' | 'archive-after', string>>;

function configuredDefault(configured: ConfiguredDefaults, key: PreferenceKey): string {
  return key === 'card-lag' || key === 'archive-after' ? configured[key] : '';
}

function preferenceOf(key: PreferenceKey): Preference {
  const preference = PREFERENCES.find((candidate) => candidate.key === key);
  if (preference === undefined) throw new Error(`no preference ${key}`);
  return preference;
}

const scopeOf = ({ scope }: Preference, chatId: number): string =>
  scope === 'all' ? 'bot' : `chat:${chatId}`;
