import { ID, type ButtonKind } from '../../cards/button';

/** Sets the machine on which a chat starts sessions; without `machine` the user is asked each time. */
export interface DefaultHostIntent {
  readonly do: 'default-host';
  readonly machine?: string;
  /** Names the `/host` whose message shows it. */
  readonly of: string;
}

export const defaultHostButton: ButtonKind<DefaultHostIntent> = {
  verb: 'host',
  counts: 'any',
  write: ({ machine = '', of }) => `${of}:${machine}`,
  read(rest) {
    const [of = '', machine = '', ...more] = rest.split(':');
    if (!ID.test(of) || (machine !== '' && !ID.test(machine)) || more.length > 0) return null;
    return { do: 'default-host', of, ...(machine === '' ? {} : { machine }) };
  },
};
