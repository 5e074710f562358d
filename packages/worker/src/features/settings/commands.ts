import type { LogFn } from '@ccbot/shared/log/logger';
import { withButtons } from '../../cards/button';
import { renderNotice } from '../../cards/render';
import { commands, type CommandTable, type Conversation } from '../../chat/command';
import type { Intent } from '../../chat/intents';
import type { People } from '../../chat/people';
import { PREFERENCES, type PreferenceKey, type PreferenceValue } from '../../chat/preferences';
import { outboxKey } from '../../outbox/keys';
import type { Outbox } from '../../outbox/outbox';
import { settingsButton, type SettingsIntent } from './buttons';
import { settingsPage } from './view';
import { settingsWords } from './words/words';

export interface SettingsCommandDeps {
  people: Pick<People, 'preferences' | 'wordsOf'>;
  outbox: Pick<Outbox, 'put'>;
  log: LogFn;
}

interface MenuIntent extends Intent {
  readonly do: 'menu';
}

/** The menu and the settings: one message that its buttons change. */
export function settingsCommands(deps: SettingsCommandDeps): CommandTable {
  return commands<SettingsIntent | MenuIntent>({
    settings: {
      slash: { names: ['settings'], read: () => ({ do: 'settings' }) },
      menu: (words) => words.of(settingsWords).menuSettings,
      button: settingsButton,
      run: (conversation, intent) => showSettings(deps, conversation, intent),
    },
    menu: {
      slash: { names: ['menu'], read: () => ({ do: 'menu' }) },
      menu: (words) => words.of(settingsWords).menuMenu,
      run: (conversation) => showSettings(deps, conversation, { do: 'settings', page: 'menu' }),
    },
  });
}

/** Changes a setting if the intent says so, and shows a page. */
export function showSettings(
  { people, outbox, log }: SettingsCommandDeps,
  conversation: Pick<Conversation, 'chatId' | 'thread' | 'inbound' | 'ack' | 'words'>,
  { command = conversation.inbound.updateId.toString(36), page = 'root', set }: SettingsIntent,
): void {
  const { chatId, thread, ack, words: before } = conversation;
  const { preferences } = people;
  if (set !== undefined) {
    const preference = PREFERENCES.find(({ key }) => key === set.key);
    const isSaved =
      preference !== undefined &&
      preferences.set(chatId, preference.key, set.value === '' ? null : set.value);
    if (!isSaved) return ack(before.expired);
    log('info', 'setting changed', { chatId, setting: set.key, value: set.value });
  }
  // After the change: it may have changed the language.
  const words = people.wordsOf(chatId);
  ack(set === undefined ? undefined : words.of(settingsWords).saved);
  const values = Object.fromEntries(
    PREFERENCES.map(({ key }) => [key, preferences.read(chatId, key)]),
  ) as Record<PreferenceKey, PreferenceValue>; // PREFERENCES has every key
  const { text, buttons } = settingsPage(page, { command, values }, words);
  outbox.put({
    chatId,
    thread,
    key: outboxKey('settings', command),
    view: withButtons(renderNotice(text), buttons),
    class: 'notice',
    silent: true,
  });
}
