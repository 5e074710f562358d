import { NONCE, sessionButton, type ButtonKind } from '../../cards/button';
import { readAction, writeAction } from './button-codec';
import type { RequestAction } from './model';

export interface RequestIntent {
  readonly do: 'request';
  readonly request: number;
  /** The request's own; empty on a button of an earlier ccbot. */
  readonly nonce: string;
  readonly action: RequestAction;
}

export const requestButton: ButtonKind<RequestIntent> = {
  verb: 'ask',
  counts: 'nonce',
  write: ({ request, nonce, action }) => `${request}:${nonce}:${writeAction(action)}`,
  read(rest) {
    const [request = '', ...more] = rest.split(':');
    const [code = '', nonce = ''] = more.toReversed();
    const action = readAction(code);
    if (!/^\d{1,15}$/.test(request) || more.length > 2 || action === null) return null;
    if (nonce !== '' && !NONCE.test(nonce)) return null;
    return { do: 'request', request: Number(request), nonce, action };
  },
};

/** Shows what a session waits for, on the machine that has it. */
export const waitingButton = sessionButton('show-waiting', 'waits');
