import type { Chance } from '../chance';
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

/**
 * Deals `count` faults from a shuffled deck, which has each fault as often as its weight and is reshuffled when it is
 * empty. So a run as long as the deck has every fault. `only` selects faults by a part of their name.
 */
export function deal(chance: Chance, count: number, only?: string): ChaosFault[] {
  const deck = FAULTS.filter(({ name, long }) =>
    only === undefined ? !long || count >= LONG_RUN : name.includes(only),
  ).flatMap((fault) => Array.from({ length: fault.weight }, () => fault));
  if (deck.length === 0) throw new Error(`no fault has a name with “${only}”`);
  const dealt: ChaosFault[] = [];
  while (dealt.length < count) {
    const rest = [...deck];
    while (rest.length > 0) dealt.push(...rest.splice(chance.between(0, rest.length - 1), 1));
  }
  return dealt.slice(0, count);
}
