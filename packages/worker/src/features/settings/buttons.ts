import type { ButtonKind } from '../../cards/button';
import { SETTING_PAGES, type SettingPage } from '../../chat/preferences';

/** Shows a page of the settings in the message of the command named `of`; changes a setting first. */
export interface SettingsIntent {
  readonly do: 'settings';
  readonly of?: string;
  readonly page?: SettingPage;
  readonly set?: { readonly key: string; readonly value: string };
}

export const settingsButton: ButtonKind<SettingsIntent> = {
  verb: 'set',
  write: ({ of = '', page = 'root', set }) =>
    `${of}:${page}${set === undefined ? '' : `:${set.key}=${set.value}`}`,
  read(rest) {
    const [, of = '', word, key, value = ''] =
      /^([\w-]{1,24}):([a-z]+)(?::([a-z-]{1,20})=(\w{0,10}))?$/.exec(rest) ?? [];
    const page = [...SETTING_PAGES, 'menu' as const, 'root' as const].find((known) => known === word);
    if (page === undefined) return null;
    return { do: 'settings', of, page, ...(key === undefined ? {} : { set: { key, value } }) };
  },
};
