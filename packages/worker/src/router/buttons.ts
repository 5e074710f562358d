import { PHONE_KEYS, type Intent, type PhoneKey } from './intent';

/** The most bytes that Telegram takes as the data of a button. */
export const BUTTON_DATA_MAX = 64;

/** An intent that a button can carry. */
export type ButtonIntent = Extract<
  Intent,
  { do: 'switch' | 'interrupt' | 'screen' | 'key' | 'kill' | 'retype' | 'drop' | 'list' }
>;

/** The data of a button that stands for `intent`; always within {@link BUTTON_DATA_MAX} bytes for ids made by ccbot. */
export function buttonData(intent: ButtonIntent): string {
  switch (intent.do) {
    case 'switch':
      return `go:${intent.session}`;
    case 'interrupt':
      return `stop:${intent.session}`;
    case 'screen':
      return `screen:${intent.session}`;
    case 'key':
      return `key:${intent.session}:${intent.key}`;
    case 'kill':
      return `${intent.sure ? 'kill!' : 'kill'}:${intent.session}`;
    case 'retype':
      return `again:${intent.prompt}`;
    case 'drop':
      return `drop:${intent.prompt}`;
    case 'list':
      return 'list';
  }
}

/** Reads a button's data back. `null` for what this version did not write: an old button, or a forged one. */
export function parseButton(data: string): ButtonIntent | null {
  const [verb, id = '', rest = ''] = data.split(':');
  switch (verb) {
    case 'list':
      return { do: 'list' };
    case 'go':
      return id === '' ? null : { do: 'switch', session: id };
    case 'stop':
      return id === '' ? null : { do: 'interrupt', session: id };
    case 'screen':
      return id === '' ? null : { do: 'screen', session: id };
    case 'kill':
    case 'kill!':
      return id === '' ? null : { do: 'kill', session: id, sure: verb === 'kill!' };
    case 'key':
      return id !== '' && isPhoneKey(rest) ? { do: 'key', session: id, key: rest } : null;
    case 'again':
    case 'drop': {
      if (!/^\d{1,15}$/.test(id)) return null;
      return { do: verb === 'again' ? 'retype' : 'drop', prompt: Number(id) };
    }
    default:
      return null;
  }
}

function isPhoneKey(key: string): key is PhoneKey {
  return (PHONE_KEYS as readonly string[]).includes(key);
}
