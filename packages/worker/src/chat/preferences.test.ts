import { createPreferences } from './preferences';

function rig() {
  const kept = new Map<string, string>();
  const preferences = createPreferences(
    {
      get: (scope, key) => kept.get(`${scope}/${key}`),
      set: (scope, key, value) => void kept.set(`${scope}/${key}`, value),
    },
    { 'card-lag': '1', 'archive-after': '12' },
  );
  return { kept, preferences };
}

it('has the default where nothing is set, and where the default was chosen again', () => {
  const { preferences } = rig();
  expect(preferences.read(7, 'card-size')).toEqual({ value: 'medium', usual: 'medium' });
  expect(preferences.read(7, 'archive-after')).toEqual({ value: '12', usual: '12' });
  expect(preferences.set(7, 'archive-after', '24')).toBe(true);
  expect(preferences.get(7, 'archive-after')).toBe('24');
  expect(preferences.set(7, 'archive-after', null)).toBe(true);
  expect(preferences.get(7, 'archive-after')).toBe('12');
});

it('keeps a setting for its chat, and one of all chats for all', () => {
  const { preferences } = rig();
  preferences.set(7, 'language', 'ru');
  preferences.set(7, 'archive-after', '6');
  expect([preferences.get(7, 'language'), preferences.get(8, 'language')]).toEqual(['ru', 'en']);
  expect(preferences.get(8, 'archive-after')).toBe('6');
});

it('takes the default for a stored value that it cannot be, and says so', () => {
  const { kept, preferences } = rig();
  for (const bad of ['tiny', 'MEDIUM', ' medium', '__proto__', 'x'.repeat(10_000)]) {
    kept.set('chat:7/card-size', bad);
    expect(preferences.read(7, 'card-size')).toEqual({ value: 'medium', usual: 'medium', wrong: bad });
  }
});

it('keeps nothing that is no value of a setting', () => {
  const { kept, preferences } = rig();
  expect(preferences.set(7, 'language', 'tlh')).toBe(false);
  expect(kept.size).toBe(0);
});

it('takes the language of the client once, and never over what the person chose', () => {
  const { preferences } = rig();
  preferences.atFirst(7, 'language', 'zh');
  expect(preferences.get(7, 'language')).toBe('zh');
  preferences.set(7, 'language', null);
  preferences.atFirst(7, 'language', 'ru');
  expect(preferences.get(7, 'language')).toBe('en');
});
