import { ID, sessionButton, type ButtonKind } from '../../cards/button';

/** The keys of the keyboard under a screen, in tmux's spelling. */
export const PHONE_KEYS = [
  'Enter',
  'Escape',
  'Up',
  'Down',
  'Left',
  'Right',
  'Tab',
  'BTab',
  'Space',
  'C-c',
  ...(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const),
  'y',
  'n',
] as const;
export type PhoneKey = (typeof PHONE_KEYS)[number];

export interface KeyIntent {
  readonly do: 'key';
  readonly session: string;
  readonly key: PhoneKey;
}

export const keyButton: ButtonKind<KeyIntent> = {
  verb: 'key',
  counts: 'posted',
  write: ({ session, key }) => `${session}:${key}`,
  read(rest) {
    const [session = '', word = ''] = rest.split(':');
    const key = PHONE_KEYS.find((known) => known === word);
    return ID.test(session) && key !== undefined ? { do: 'key', session, key } : null;
  },
};

export const refreshButton = sessionButton('refresh', 'fresh');
export const hideButton = sessionButton('hide', 'hide');
