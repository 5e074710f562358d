import { NONCE, type ButtonKind } from '../../cards/button';

/** The answer to the question what may be pushed, and what stays behind. */
export interface MoveIntent {
  readonly do: 'handover-move';
  readonly nonce: string;
  readonly go: boolean;
}

export const moveButton: ButtonKind<MoveIntent> = {
  verb: 'hmove',
  counts: 'nonce',
  write: ({ nonce, go }) => `${nonce}:${go ? 'y' : 'n'}`,
  read(rest) {
    const [nonce = '', answer = ''] = rest.split(':');
    if (!NONCE.test(nonce) || !/^[yn]$/.test(answer)) return null;
    return { do: 'handover-move', nonce, go: answer === 'y' };
  },
};
