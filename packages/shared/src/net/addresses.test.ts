import type { LookupAddress } from 'node:dns';
import { createAddresses } from './addresses';

const both: LookupAddress[] = [
  { address: '2001:db8::1', family: 6 },
  { address: '192.0.2.1', family: 4 },
];
const addresses = createAddresses(((
  _host: string,
  options: { all?: boolean },
  callback: (...all: unknown[]) => void,
) => (options.all === true ? callback(null, both) : callback(null, '2001:db8::1', 6))) as never);
const look = (host: string): Promise<LookupAddress[]> =>
  new Promise((resolve) =>
    addresses.lookup(host, { all: true }, (_error, found) => resolve(found as LookupAddress[])),
  );

it('gives the address first that worked last, and the others after it', async () => {
  expect(await look('a')).toEqual(both);
  addresses.worked('a', '192.0.2.1');
  expect((await look('a')).map(({ address }) => address)).toEqual(['192.0.2.1', '2001:db8::1']);
  expect(await look('b')).toEqual(both);
});

it('ignores an address that the host no longer has', async () => {
  addresses.worked('a', '192.0.2.99');
  expect(await look('a')).toEqual(both);
});

it('passes a question for one address on', () => {
  addresses.lookup('a', {}, (_error, address) => expect(address).toBe('2001:db8::1'));
});
