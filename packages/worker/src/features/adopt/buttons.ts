import { ROW_ID, type ButtonKind } from '../../cards/button';

/** Lists the agents and windows that were opened at the terminal. */
export interface StraysIntent {
  readonly do: 'strays';
}

export interface AdoptIntent {
  readonly do: 'adopt';
  readonly stray: string;
}

export const adoptButton: ButtonKind<AdoptIntent> = {
  verb: 'adopt',
  counts: 'posted',
  write: ({ stray }) => stray,
  read: (rest) => (ROW_ID.test(rest) ? { do: 'adopt', stray: rest } : null),
};

export interface CloseStrayIntent {
  readonly do: 'close-stray';
  readonly stray: string;
  readonly sure: boolean;
}

export const closeStrayButton: ButtonKind<CloseStrayIntent> = {
  verb: 'shut',
  counts: 'posted',
  write: ({ stray, sure }) => (sure ? `${stray}:yes` : stray),
  read(rest) {
    const [stray = '', sure] = rest.split(':');
    if (!ROW_ID.test(stray) || (sure !== undefined && sure !== 'yes')) return null;
    return { do: 'close-stray', stray, sure: sure === 'yes' };
  },
};
