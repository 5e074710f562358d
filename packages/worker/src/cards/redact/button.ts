import { ROW_ID, type ButtonKind } from '../button';

/** Shows what is masked in a part of a message, or masks it again. */
export interface RevealIntent {
  readonly do: 'reveal';
  readonly id: string;
  readonly part: number;
  readonly show: boolean;
}

export const revealButton: ButtonKind<RevealIntent> = {
  verb: 'veil',
  counts: 'posted',
  write: ({ id, part, show }) => `${id}:${part}:${show ? 'show' : 'hide'}`,
  read(rest) {
    const [id = '', part = '', how] = rest.split(':');
    if (!ROW_ID.test(id) || !/^\d{1,4}$/.test(part) || (how !== 'show' && how !== 'hide')) return null;
    return { do: 'reveal', id, part: Number(part), show: how === 'show' };
  },
};
