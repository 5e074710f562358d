import { buttonData, withButtons } from '../../cards/button';
import { BUTTON } from '../../cards/buttons';
import { settingsButton, type SettingsIntent } from './buttons';
import { renderNotice } from '../../cards/render';
import type { Button } from '../../cards/view';
import type { QueuedView } from '../../outbox/model';
import type { Words, WordsOf } from '../../words/words';
import type { Handlers } from '../../chat/command';
import {
  PREFERENCES,
  SETTING_PAGES,
  type Preference,
  type Preferences,
  type SettingPage,
} from '../../chat/preferences';
import { outboxKey } from '../../outbox/keys';

/** What the settings in the chat need. */
export interface SettingsCommandDeps {
  preferences: Preferences;
  wordsOf: WordsOf;
  put(wanted: QueuedView): void;
  log(level: 'info' | 'warn' | 'error', text: string, meta?: Record<string, unknown>): void;
}

/** The menu and the settings: one message, changed in place by its buttons. */
export function settingsCommands(deps: SettingsCommandDeps): Handlers<SettingsIntent> {
  const { preferences } = deps;

  function pageOf(chatId: number, of: string, page: SettingPage, words: Words): [string, Button[][]] {
    const say = words.settings;
    const to = (text: string, next: SettingPage): Button => ({
      text,
      data: buttonData(settingsButton, { of, page: next }),
    });
    if (page === 'menu') {
      return [
        say.menu,
        [
          [{ text: words.board.list, data: buttonData(BUTTON.list, {}) }],
          [{ text: say.inbox, data: buttonData(BUTTON.inbox, {}) }],
          [{ text: words.board.archive, data: buttonData(BUTTON.archive, { page: 0 }) }],
          [to(say.settings, 'root')],
          [{ text: say.help, data: buttonData(BUTTON.help, { of }) }],
        ],
      ];
    }
    if (page === 'root') {
      return [
        [say.head, ...PREFERENCES.map((one) => lineOf(chatId, one, words))].join('\n'),
        [...SETTING_PAGES.map((one) => [to(say.page(one), one)]), [to(say.toMenu, 'menu')]],
      ];
    }
    const shown = PREFERENCES.filter((one) => one.page === page);
    const text = [
      `**${say.page(page)}**`,
      ...shown.map((one) => lineOf(chatId, one, words)),
      ...(shown.some(({ scope }) => scope === 'all') ? [say.forAll] : []),
    ].join('\n\n');
    return [text, [...shown.flatMap((one) => rowsOf(chatId, of, one, words)), [to(say.back, 'root')]]];
  }

  function lineOf(chatId: number, one: Preference, { settings: say }: Words): string {
    const { value, usual, wrong } = preferences.read(chatId, one.key);
    const line = `- ${say.line(say.name(one.key), say.value(one.key, value), say.value(one.key, usual))}`;
    return wrong === undefined ? line : `${line}\n- ${say.wrong(say.name(one.key), wrong)}`;
  }

  /** A switch is one button that turns it; of several values each has its own, and the default another. */
  function rowsOf(chatId: number, of: string, one: Preference, { settings: say }: Words): Button[][] {
    const { key } = one;
    const { value } = preferences.read(chatId, key);
    const button = (text: string, next: string): Button => ({
      text,
      data: buttonData(settingsButton, { of, page: one.page, set: { key, value: next } }),
    });
    if (one.values.includes('on')) {
      const on = value === 'on';
      return [[button(`${on ? '☑' : '☐'} ${say.name(key)}`, on ? 'off' : 'on')]];
    }
    const values = one.values.map((next) =>
      button(`${next === value ? '● ' : ''}${say.value(key, next)}`, next),
    );
    return [values, ...(one.usual === undefined ? [[button(say.usual, '')]] : [])];
  }

  return {
    settings({ chatId, inbound, ack }, { of = inbound.updateId.toString(36), page = 'root', set }) {
      if (set !== undefined) {
        const known = PREFERENCES.find(({ key }) => key === set.key);
        const kept =
          known !== undefined && preferences.set(chatId, known.key, set.value === '' ? null : set.value);
        if (!kept) return ack(deps.wordsOf(chatId).expired);
        deps.log('info', 'the person changed a setting', { chatId, setting: set.key, value: set.value });
      }
      // After the change: the language may be another one.
      const words = deps.wordsOf(chatId);
      ack(set === undefined ? undefined : words.settings.kept);
      const [text, buttons] = pageOf(chatId, of, page, words);
      deps.put({
        chatId,
        key: outboxKey('settings', of),
        view: withButtons(renderNotice(text), buttons),
        class: 'notice',
        silent: true,
      });
    },
  };
}
