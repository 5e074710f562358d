import { button } from '../../cards/button';
import { BUTTON } from '../../cards/buttons';
import type { Button } from '../../cards/view';
import {
  PREFERENCES,
  SETTING_PAGES,
  type Preference,
  type PreferenceKey,
  type PreferenceValue,
  type SettingPage,
} from '../../chat/preferences';
import type { Words } from '../../words/words';
import { settingsButton } from './buttons';
import { settingsWords, type SettingsWords } from './words/words';

/** What a page of the settings shows. */
export interface SettingsState {
  /** Names the command whose message is changed. */
  command: string;
  values: Readonly<Record<PreferenceKey, PreferenceValue>>;
}

/** A page as Markdown with rows of buttons. */
export interface SettingsPage {
  text: string;
  buttons: Button[][];
}

export function settingsPage(page: SettingPage, state: SettingsState, words: Words): SettingsPage {
  const text = words.of(settingsWords);
  if (page === 'menu') return menuPage(state, words);
  if (page === 'root') return rootPage(state, text);
  const shown = PREFERENCES.filter((preference) => preference.page === page);
  const isForAll = shown.some(({ scope }) => scope === 'all');
  return {
    text: [
      `**${text.page(page)}**`,
      ...shown.map((preference) => lineOf(preference, state, text)),
      ...(isForAll ? [text.everyChat] : []),
    ].join('\n\n'),
    buttons: [
      ...shown.flatMap((preference) => rowsOf(preference, state, text)),
      [pageButton(state, text.back, 'root')],
    ],
  };
}

function menuPage(state: SettingsState, words: Words): SettingsPage {
  const text = words.of(settingsWords);
  return {
    text: text.menu,
    buttons: [
      [button(BUTTON.list, words.board.list, {})],
      [button(BUTTON.inbox, text.inbox, {})],
      [button(BUTTON.archive, words.board.archive, { page: 0 })],
      [pageButton(state, text.settings, 'root')],
      [button(BUTTON.help, text.help, { of: state.command })],
    ],
  };
}

function rootPage(state: SettingsState, text: SettingsWords): SettingsPage {
  return {
    text: [text.head, ...PREFERENCES.map((preference) => lineOf(preference, state, text))].join('\n'),
    buttons: [
      ...SETTING_PAGES.map((page) => [pageButton(state, text.page(page), page)]),
      [pageButton(state, text.toMenu, 'menu')],
    ],
  };
}

const pageButton = ({ command }: SettingsState, label: string, page: SettingPage): Button =>
  button(settingsButton, label, { command, page });

function lineOf({ key }: Preference, { values }: SettingsState, text: SettingsWords): string {
  const { value, defaultValue, invalid } = values[key];
  const name = text.name(key);
  const line = `- ${text.line(name, text.value(key, value), text.value(key, defaultValue))}`;
  return invalid === undefined ? line : `${line}\n- ${text.invalid(name, invalid)}`;
}

/** A switch is one button that toggles it. Otherwise each value has a button, and the default if ccbot's settings decide it. */
function rowsOf(preference: Preference, { command, values }: SettingsState, text: SettingsWords): Button[][] {
  const { key, page } = preference;
  const { value } = values[key];
  const setButton = (label: string, next: string): Button =>
    button(settingsButton, label, { command, page, set: { key, value: next } });
  if (preference.values.includes('on')) {
    const isOn = value === 'on';
    return [[setButton(`${isOn ? '☑' : '☐'} ${text.name(key)}`, isOn ? 'off' : 'on')]];
  }
  const choices = preference.values.map((next) =>
    setButton(`${next === value ? '● ' : ''}${text.value(key, next)}`, next),
  );
  return preference.defaultValue === undefined ? [choices, [setButton(text.useDefault, '')]] : [choices];
}
