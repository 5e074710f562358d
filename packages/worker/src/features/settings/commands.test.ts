import { BUTTON_DATA_MAX, buttonData, readButton } from '../../cards/button';
import { createPreferences, PREFERENCES, SETTING_PAGES } from '../../chat/preferences';
import type { Conversation } from '../../chat/command';
import type { InboundText } from '../../inbox/model';
import { NO_THREAD, type NewView } from '../../outbox/model';
import { wordsIn } from '../../words/words';
import { settingsButton, type SettingsIntent } from './buttons';
import { showSettings } from './commands';
import { settingsWords } from './words/words';

const english = wordsIn('en').of(settingsWords);

const parseButton = (data: string): SettingsIntent | null =>
  readButton(new Map([[settingsButton.verb, settingsButton]]), data) as SettingsIntent | null;

describe('the settings in the chat', () => {
  const queued: NewView[] = [];
  const acks: Parameters<Conversation['ack']>[0][] = [];
  const stored = new Map<string, string>();
  const preferences = createPreferences(
    {
      get: (scope, key) => stored.get(`${scope}/${key}`),
      set: (scope, key, value) => void stored.set(`${scope}/${key}`, value),
    },
    { 'card-lag': '1', 'archive-after': '12' },
  );
  const wordsOf = (chatId: number) => wordsIn(preferences.get(chatId, 'language') as 'en' | 'ru' | 'zh');
  const show = (intent: SettingsIntent): void =>
    showSettings(
      {
        people: { preferences, wordsOf },
        outbox: { put: (view) => void queued.push(view) },
        log: () => undefined,
      },
      {
        chatId: 7,
        thread: NO_THREAD,
        inbound: { updateId: 0xffffffff } as InboundText,
        words: wordsIn('en'),
        ack: (text) => void acks.push(text),
      },
      intent,
    );
  const last = (): { text: string; buttons: { text: string; data: string }[] } => {
    const [part] = queued.at(-1)?.view.parts ?? [];
    return { text: part?.text ?? '', buttons: (part?.buttons ?? []).flat() };
  };
  beforeEach(() => {
    queued.length = 0;
    acks.length = 0;
    stored.clear();
  });

  it('shows every setting with its default, each page reached and left by a button of at most 64 bytes', () => {
    show({ do: 'settings' });
    const root = last();
    for (const { key } of PREFERENCES) expect(root.text).toContain(english.name(key));
    expect(root.text.match(/default:/g)).toHaveLength(PREFERENCES.length);
    for (const page of SETTING_PAGES) {
      show({ do: 'settings', command: '1z141z3', page });
      for (const { data } of last().buttons) {
        expect(new TextEncoder().encode(data).length).toBeLessThanOrEqual(BUTTON_DATA_MAX);
        const intent = parseButton(data);
        expect(intent?.do).toBe('settings');
        expect(intent === null ? '' : buttonData(settingsButton, intent)).toBe(data);
      }
    }
    expect(new Set(queued.map(({ key }) => key))).toEqual(new Set(['settings:1z141z3']));
  });

  it('changes what is tapped, in the tapped message, and in the new language at once', () => {
    show({ do: 'settings', page: 'language' });
    const russian = last().buttons.find(({ text }) => text === 'Русский');
    const intent = parseButton(russian?.data ?? '');
    if (intent?.do !== 'settings') throw new Error('no button for Russian');
    show(intent);
    expect(acks.at(-1)).toBe('Сохранено.');
    expect(last().text).toContain('Язык: Русский (по умолчанию: English)');
  });

  it('says that a stored value is invalid, and refuses one that a button made up', () => {
    stored.set('chat:7/card-size', '*huge*');
    show({ do: 'settings', page: 'card' });
    expect(last().text).toContain('Card size: the stored value *huge* is invalid, so the default applies.');
    queued.length = 0;
    show({
      do: 'settings',
      command: 'a',
      page: 'card',
      set: { key: 'card-size', value: 'x' },
    });
    show({
      do: 'settings',
      command: 'a',
      page: 'card',
      set: { key: 'nothing', value: 'on' },
    });
    expect(queued).toEqual([]);
    expect(acks.slice(-2)).toEqual([wordsIn('en').expired, wordsIn('en').expired]);
  });
});
