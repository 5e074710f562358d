import { ID, type ButtonKind } from '../../cards/button';

const ACTIONS = ['leave', 'end', 'adopt'] as const;

/** What becomes of an agent whose window cannot be found. */
export interface MissingIntent {
  readonly do: 'missing';
  readonly session: string;
  /** The process that the user was asked about. */
  readonly pid: number;
  readonly action: (typeof ACTIONS)[number];
}

export const missingButton: ButtonKind<MissingIntent> = {
  verb: 'missing',
  counts: 'posted',
  write: ({ session, pid, action }) => `${session}:${pid}:${action}`,
  read(rest) {
    const [session = '', pid = '', named, more] = rest.split(':');
    const action = ACTIONS.find((each) => each === named);
    const number = Number(pid);
    if (!ID.test(session) || !Number.isSafeInteger(number) || action === undefined || more !== undefined)
      return null;
    return { do: 'missing', session, pid: number, action };
  },
};
