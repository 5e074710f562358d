import type { ButtonKind } from '../../cards/button';
import { readAction, writeAction } from './button-codec';
import type { RequestAction } from './model';

export interface RequestIntent {
  readonly do: 'request';
  readonly request: number;
  readonly action: RequestAction;
}

export const requestButton: ButtonKind<RequestIntent> = {
  verb: 'ask',
  write: ({ request, action }) => `${request}:${writeAction(action)}`,
  read(rest) {
    const [, request = '', code = ''] = /^(\d{1,15}):(\w[\w.]*)$/.exec(rest) ?? [];
    const action = readAction(code);
    return action === null ? null : { do: 'request', request: Number(request), action };
  },
};
