/** Random numbers that can be replayed: the same seed gives the same numbers. */
export interface Chance {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number;
  pick<T>(all: readonly T[]): T;
}

/** A small generator (mulberry32) with a 32-bit seed. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (min, max) => min + Math.floor(next() * (max - min + 1)),
    pick: (all) => {
      const picked = all[Math.floor(next() * all.length)];
      if (picked === undefined) throw new Error('nothing to pick from');
      return picked;
    },
  };
}
