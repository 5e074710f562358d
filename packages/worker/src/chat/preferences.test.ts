import { createPreferences } from './preferences';

function rig() {
  const stored = new Map<string, string>();
  const preferences = createPreferences(
    {
      get: (scope, key) => stored.get(`${scope}/${key}`),
      set: (scope, key, value) => void stored.set(`${scope}/${key}`, value),
    },
    { 'card-lag': '1', 'archive-after': '12' },
  );
  return { stored, preferences };
}

it('has the default if nothing is set, or the default was chosen again', () => {
  const { preferences } = rig();
  expect(preferences.read(7, 'card-size')).toEqual({ value: 'medium', defaultValue: 'medium' });
  expect(preferences.read(7, 'archive-after')).toEqual({ value: '12', defaultValue: '12' });
  expect(preferences.set(7, 'archive-after', '24')).toBe(true);
  expect(preferences.get(7, 'archive-after')).toBe('24');
  expect(preferences.set(7, 'archive-after', null)).toBe(true);
  expect(preferences.get(7, 'archive-after')).toBe('12');
});

it('stores a setting for its chat, or for every chat', () => {
  const { preferences } = rig();
  preferences.set(7, 'language', 'ru');
  preferences.set(7, 'archive-after', '6');
  expect([preferences.get(7, 'language'), preferences.get(8, 'language')]).toEqual(['ru', 'en']);
  expect(preferences.get(8, 'archive-after')).toBe('6');
});

it('uses the default for an invalid stored value, and says so', () => {
  const { stored, preferences } = rig();
  for (const bad of ['tiny', 'MEDIUM', ' medium', '__proto__', 'x'.repeat(10_000)]) {
    stored.set('chat:7/card-size', bad);
    expect(preferences.read(7, 'card-size')).toEqual({
      value: 'medium',
      defaultValue: 'medium',
      invalid: bad,
    });
  }
});

it('stores no invalid value', () => {
  const { stored, preferences } = rig();
  expect(preferences.set(7, 'language', 'tlh')).toBe(false);
  expect(stored.size).toBe(0);
});

it('takes the language of the client once, and never over the choice of the user', () => {
  const { preferences } = rig();
  preferences.atFirst(7, 'language', 'zh');
  expect(preferences.get(7, 'language')).toBe('zh');
  preferences.set(7, 'language', null);
  preferences.atFirst(7, 'language', 'ru');
  expect(preferences.get(7, 'language')).toBe('en');
});
