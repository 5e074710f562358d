import type { Chance } from './chance';

/**
 * Deals `count` faults from a shuffled deck, which has each fault as often as its weight and is reshuffled when it is
 * empty. So a run as long as the deck has every fault.
 */
export function dealFrom<T extends { weight: number }>(
  faults: readonly T[],
  chance: Chance,
  count: number,
): T[] {
  const deck = faults.flatMap((fault) => Array.from({ length: fault.weight }, () => fault));
  if (deck.length === 0) throw new Error('there are no such faults');
  const dealt: T[] = [];
  while (dealt.length < count) {
    const rest = [...deck];
    while (rest.length > 0) dealt.push(...rest.splice(chance.between(0, rest.length - 1), 1));
  }
  return dealt.slice(0, count);
}
