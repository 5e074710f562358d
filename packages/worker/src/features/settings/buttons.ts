import type { ButtonKind } from '../../cards/button';
import { SETTING_PAGES, type SettingPage } from '../../chat/preferences';

/** Shows a page of the settings; changes a setting first. */
export interface SettingsIntent {
  readonly do: 'settings';
  /** Names the command whose message is changed; absent: a new message. */
  readonly command?: string;
  readonly page?: SettingPage;
  readonly set?: { readonly key: string; readonly value: string };
}

export const settingsButton: ButtonKind<SettingsIntent> = {
  verb: 'set',
  counts: 'any',
  write: ({ command = '', page = 'root', set }) =>
    `${command}:${page}${set === undefined ? '' : `:${set.key}=${set.value}`}`,
  read(rest) {
    const [, command = '', word, key, value = ''] =
      /^([\w-]{1,24}):([a-z]+)(?::([a-z-]{1,20})=(\w{0,10}))?$/.exec(rest) ?? [];
    const page = [...SETTING_PAGES, 'menu' as const, 'root' as const].find((known) => known === word);
    if (page === undefined) return null;
    return { do: 'settings', command, page, ...(key === undefined ? {} : { set: { key, value } }) };
  },
};
