import { ROW_ID, type ButtonKind } from '../../cards/button';

/** Whether an offered file is sent. */
export interface OfferIntent {
  readonly do: 'offer';
  readonly id: string;
  readonly send: boolean;
}

export const offerButton: ButtonKind<OfferIntent> = {
  verb: 'file',
  counts: 'any',
  write: ({ id, send }) => `${id}:${send ? 'yes' : 'no'}`,
  read(rest) {
    const [id = '', how] = rest.split(':');
    if (!ROW_ID.test(id) || (how !== 'yes' && how !== 'no')) return null;
    return { do: 'offer', id, send: how === 'yes' };
  },
};
