import type { Chance } from '../chance';
import { dealFrom } from '../deal';
import type { ChaosFault } from './fault';
import { MACHINE_FAULTS } from './machine';
import { NETWORK_FAULTS } from './network';
import { SUPERVISOR_FAULTS } from './supervisor';
import { WORKER_FAULTS } from './worker';

export const FAULTS: readonly ChaosFault[] = [
  ...WORKER_FAULTS,
  ...SUPERVISOR_FAULTS,
  ...NETWORK_FAULTS,
  ...MACHINE_FAULTS,
];

/** Runs of at least this many faults include those that take a minute. */
const LONG_RUN = 60;

/** Deals `count` faults, see `dealFrom`. `only` selects faults by a part of their name. */
export function deal(chance: Chance, count: number, only?: string): ChaosFault[] {
  const deck = FAULTS.filter(({ name, long }) =>
    only === undefined ? !long || count >= LONG_RUN : name.includes(only),
  );
  if (deck.length === 0) throw new Error(`no fault has a name with “${only}”`);
  return dealFrom(deck, chance, count);
}
