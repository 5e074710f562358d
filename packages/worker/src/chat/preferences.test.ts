import { BUTTON_DATA_MAX, buttonData, readButton } from '../cards/button';
import { settingsButton, type SettingsIntent } from '../features/settings/buttons';
import { wordsIn } from '../words/words';
import { settingsCommands } from '../features/settings/commands';
import type { Conversation } from './command';
import { createPreferences, PREFERENCES, SETTING_PAGES } from './preferences';
import type { QueuedView } from '../outbox/model';

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

const parseButton = (data: string): SettingsIntent | null =>
  readButton(new Map([[settingsButton.verb, settingsButton]]), data) as SettingsIntent | null;

describe('the settings in the chat', () => {
  const put: QueuedView[] = [];
  const acks: (string | undefined)[] = [];
  const { kept, preferences } = rig();
  const wordsOf = (chatId: number) => wordsIn(preferences.get(chatId, 'language') as 'en' | 'ru' | 'zh');
  const { settings } = settingsCommands({
    preferences,
    wordsOf,
    put: (wanted) => void put.push(wanted),
    log: () => undefined,
  });
  const conversation = {
    chatId: 7,
    inbound: { updateId: 0xffffffff },
    words: wordsIn('en'),
    ack: (text?: string) => void acks.push(text),
  } as unknown as Conversation;
  const last = (): { text: string; buttons: { text: string; data: string }[] } => {
    const [part] = put.at(-1)?.view.parts ?? [];
    return { text: part?.text ?? '', buttons: (part?.buttons ?? []).flat() };
  };
  beforeEach(() => {
    put.length = 0;
    acks.length = 0;
    kept.clear();
  });

  it('shows every setting with its default, each page reached and left by a button of at most 64 bytes', async () => {
    await settings(conversation, { do: 'settings' });
    const root = last();
    for (const { key } of PREFERENCES) expect(root.text).toContain(wordsIn('en').settings.name(key));
    expect(root.text.match(/default:/g)).toHaveLength(PREFERENCES.length);
    for (const page of SETTING_PAGES) {
      await settings(conversation, { do: 'settings', of: '1z141z3', page });
      for (const { data } of last().buttons) {
        expect(new TextEncoder().encode(data).length).toBeLessThanOrEqual(BUTTON_DATA_MAX);
        const intent = parseButton(data);
        expect(intent?.do).toBe('settings');
        expect(intent === null ? '' : buttonData(settingsButton, intent)).toBe(data);
      }
    }
    expect(new Set(put.map(({ key }) => key))).toEqual(new Set(['settings:1z141z3']));
  });

  it('changes what is tapped, in the message that was tapped, at once in the new language', async () => {
    await settings(conversation, { do: 'settings', page: 'language' });
    const russian = last().buttons.find(({ text }) => text === 'Русский');
    const intent = parseButton(russian?.data ?? '');
    if (intent?.do !== 'settings') throw new Error('no button for Russian');
    await settings(conversation, intent);
    expect(acks.at(-1)).toBe('Сохранено.');
    expect(last().text).toContain('Язык: Русский (по умолчанию: English)');
  });

  it('says that a stored value was none, and refuses one that a button made up', async () => {
    kept.set('chat:7/card-size', '*huge*');
    await settings(conversation, { do: 'settings', page: 'card' });
    expect(last().text).toContain(
      'Size of the card: *huge* was stored, which it cannot be; the default holds.',
    );
    put.length = 0;
    await settings(conversation, {
      do: 'settings',
      of: 'a',
      page: 'card',
      set: { key: 'card-size', value: 'x' },
    });
    await settings(conversation, {
      do: 'settings',
      of: 'a',
      page: 'card',
      set: { key: 'nothing', value: 'on' },
    });
    expect(put).toEqual([]);
    expect(acks.slice(-2)).toEqual([wordsIn('en').expired, wordsIn('en').expired]);
  });
});
