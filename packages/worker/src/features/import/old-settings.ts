import { PREFERENCES, type PreferenceKey } from '../../chat/preferences';

/** A preference that a setting of the Python ccbot corresponds to. */
interface Counterpart {
  key: PreferenceKey;
  /** The value here; null: the old value is invalid. */
  value(old: unknown): string | null;
}

/** A switch is `true` or `false` there. */
const onOff = (old: unknown): string | null => (old === true ? 'on' : old === false ? 'off' : null);

/** The nearest number here; of two that are as near, the greater one, which does less. */
const nearest = (key: PreferenceKey) => (old: unknown) => {
  const number = typeof old === 'string' && old.trim() !== '' ? Number(old) : old;
  if (typeof number !== 'number' || !Number.isFinite(number) || number < 0) return null;
  const values = valuesOf(key)
    .map(Number)
    .filter((value) => value > 0);
  const distance = (value: number): number => Math.abs(value - number);
  return String(values.reduce((best, value) => (distance(value) <= distance(best) ? value : best)));
};

function valuesOf(key: PreferenceKey): readonly string[] {
  return PREFERENCES.find((preference) => preference.key === key)?.values ?? [];
}

/** By the names in its `state.json`. */
const COUNTERPARTS: Readonly<Record<string, Counterpart>> = {
  language: {
    key: 'language',
    value: (old) => valuesOf('language').find((value) => value === old) ?? null,
  },
  // Seconds between two edits of a card.
  live_lag: { key: 'card-lag', value: nearest('card-lag') },
  session_idle_hours: { key: 'archive-after', value: nearest('archive-after') },
  bg_notify_finished: { key: 'notice-finished', value: onOff },
  bg_notify_error: { key: 'notice-failed', value: onOff },
  bg_notify_needs_action: { key: 'notice-needs', value: onOff },
};

export interface ImportedSetting {
  /** The Telegram user id of its owner. */
  user: number;
  /** Its name and value in the old state. */
  name: string;
  oldValue: string;
  key: PreferenceKey;
  value: string;
}

/** The settings to import, and the names of the others, sorted. */
export interface ImportedSettings {
  settings: ImportedSetting[];
  /** ccbot has no such settings. */
  unsupported: string[];
  /** Their values are invalid. */
  invalid: string[];
}

/** Decides which settings of `users` are imported. For a setting that applies to every chat, the greatest value wins. */
export function importSettings(
  old: ReadonlyMap<number, Readonly<Record<string, unknown>>>,
  users: readonly number[],
): ImportedSettings {
  const settings: ImportedSetting[] = [];
  const unsupported = new Set<string>();
  const invalid = new Set<string>();
  for (const [user, values] of old) {
    if (!users.includes(user)) continue;
    for (const [name, oldValue] of Object.entries(values)) {
      const counterpart = Object.hasOwn(COUNTERPARTS, name) ? COUNTERPARTS[name] : undefined;
      const value = counterpart?.value(oldValue) ?? null;
      if (counterpart === undefined) unsupported.add(name);
      else if (value === null) invalid.add(name);
      else settings.push({ user, name, oldValue: String(oldValue), key: counterpart.key, value });
    }
  }
  return {
    settings: settings.filter(isWinner),
    unsupported: [...unsupported].sort(),
    invalid: [...invalid].sort(),
  };
}

function isWinner(setting: ImportedSetting, index: number, all: readonly ImportedSetting[]): boolean {
  if (PREFERENCES.find(({ key }) => key === setting.key)?.scope !== 'all') return true;
  const rivals = all.filter(({ key }) => key === setting.key);
  const greatest = Math.max(...rivals.map(({ value }) => Number(value)));
  const winner = all.findIndex(({ key, value }) => key === setting.key && Number(value) === greatest);
  return winner === index;
}
