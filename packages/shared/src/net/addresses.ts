import { lookup as systemLookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** Remembers which address of a host worked, so that a dead one (often IPv6) costs its time limit only once. */
export interface Addresses {
  readonly lookup: LookupFunction;
  /** A connection to the host came about at this address. */
  worked(host: string, address: string): void;
  /** The network may be another one now. */
  forget(): void;
}

export function createAddresses(resolve: typeof systemLookup = systemLookup): Addresses {
  const known = new Map<string, string>();
  return {
    lookup(host, options, callback) {
      if (options.all !== true) return resolve(host, options, callback);
      const all: LookupAllOptions = { ...options, all: true };
      return resolve(host, all, (error, addresses) => {
        callback(error, error === null ? withFirst(addresses, known.get(host)) : addresses);
      });
    },
    worked: (host, address) => void known.set(host, address),
    forget: () => known.clear(),
  };
}

function withFirst(addresses: LookupAddress[], first: string | undefined): LookupAddress[] {
  if (!addresses.some(({ address }) => address === first)) return addresses;
  return [
    ...addresses.filter(({ address }) => address === first),
    ...addresses.filter(({ address }) => address !== first),
  ];
}
