import { PREFERENCES, type PreferenceKey } from '../../chat/preferences';

/** A setting of a person as the Python ccbot keeps it under `user_settings`, and what it is here. */
interface Counterpart {
  key: PreferenceKey;
  /** The value here; null: it is none that this setting can have. */
  value(old: unknown): string | null;
}

/** A switch there is `true` or `false`. */
const onOff = (old: unknown): string | null => (old === true ? 'on' : old === false ? 'off' : null);

/** The value here that is nearest to a number there; of two as near the greater one: it does less. */
const nearest = (key: PreferenceKey) => (old: unknown) => {
  const number = typeof old === 'string' && old.trim() !== '' ? Number(old) : old;
  if (typeof number !== 'number' || !Number.isFinite(number) || number < 0) return null;
  const values = valuesOf(key)
    .map(Number)
    .filter((value) => value > 0);
  const off = (value: number): number => Math.abs(value - number);
  return String(values.reduce((best, value) => (off(value) <= off(best) ? value : best)));
};

function valuesOf(key: PreferenceKey): readonly string[] {
  return PREFERENCES.find((one) => one.key === key)?.values ?? [];
}

/** Its settings that have a counterpart here. The names are those of its `state.json`. */
const COUNTERPARTS: Readonly<Record<string, Counterpart>> = {
  language: {
    key: 'language',
    value: (old) => valuesOf('language').find((one) => one === old) ?? null,
  },
  // Seconds between two edits of a card.
  live_lag: { key: 'card-lag', value: nearest('card-lag') },
  session_idle_hours: { key: 'archive-after', value: nearest('archive-after') },
  bg_notify_finished: { key: 'notice-finished', value: onOff },
  bg_notify_error: { key: 'notice-failed', value: onOff },
  bg_notify_needs_action: { key: 'notice-needs', value: onOff },
};

/** One setting that is brought over. */
export interface BroughtSetting {
  /** Whose it was. */
  user: number;
  /** Its name and its value there. */
  old: string;
  was: string;
  key: PreferenceKey;
  value: string;
}

/** Settings that are brought over, and the names of those that are not, in the order of the alphabet. */
export interface BroughtSettings {
  settings: BroughtSetting[];
  /** ccbot has nothing of the kind. */
  without: string[];
  /** Their values could not be understood. */
  wrong: string[];
}

/**
 * Decides what of the settings of `people` is brought over. What holds for all chats here, and was set by several people
 * there, is taken as the one who waits the longest had it.
 */
export function bringSettings(
  old: ReadonlyMap<number, Readonly<Record<string, unknown>>>,
  people: readonly number[],
): BroughtSettings {
  const settings: BroughtSetting[] = [];
  const without = new Set<string>();
  const wrong = new Set<string>();
  for (const [user, values] of old) {
    if (!people.includes(user)) continue;
    for (const [name, was] of Object.entries(values)) {
      const counterpart = Object.hasOwn(COUNTERPARTS, name) ? COUNTERPARTS[name] : undefined;
      const value = counterpart?.value(was) ?? null;
      if (counterpart === undefined) without.add(name);
      else if (value === null) wrong.add(name);
      else settings.push({ user, old: name, was: String(was), key: counterpart.key, value });
    }
  }
  return { settings: settings.filter(isTheOne), without: [...without].sort(), wrong: [...wrong].sort() };
}

function isTheOne(one: BroughtSetting, at: number, all: readonly BroughtSetting[]): boolean {
  if (PREFERENCES.find(({ key }) => key === one.key)?.scope !== 'all') return true;
  const same = all.filter(({ key }) => key === one.key);
  const longest = Math.max(...same.map(({ value }) => Number(value)));
  return all.findIndex(({ key, value }) => key === one.key && Number(value) === longest) === at;
}
