import { SHAPES } from './fixtures/adversarial';
import { leastBusyTime } from './fixtures/busy-time';
import { FUZZED, type FuzzedFunction } from './fixtures/foreign-text';

/** The longest time on the main thread, ms: while it lasts, every chat and the supervisor's beats wait. */
const MOST_MS = 20;

/** On a slow machine a text may take as long as this part of a plain pass over a dense one. */
const MOST_PASSES = 0.4;

/**
 * UTF-16 units, the smallest first: what is too slow for a small one would not end with the largest. What is so fast that
 * it would stay below the limit with the largest even if its time grew with the square of the length, is not tried with it.
 */
const SIZES = [30_000, 180_000, 1_000_000];
const LARGEST = 1_000_000;

/** One shape of so many is tried with every size, since a function may take another way for a long text. */
const SAMPLED = 8;

const dense = '❯ '.repeat(500_000);
const passMs = leastBusyTime(() => dense.replace(/\p{Z}+/gu, ' '), 0);
const limit = Math.max(MOST_MS, MOST_PASSES * passMs);

const texts = new Map(
  SIZES.map((size) => [size, [...SHAPES].map(([name, shape]): [string, string] => [name, shape(size)])]),
);

/** What `npm run check` says was changed: then only the functions of these files are tried. */
const changed = process.env['CCBOT_CHANGED']
  ?.split(',')
  .map((path) => path.replace(/^packages\/(\w+)\/src\//, '$1/'));
const isAsked = (file: string): boolean => changed?.includes(file) ?? true;
const asked = Object.entries(FUZZED).some(([file]) => isAsked(file))
  ? Object.entries(FUZZED).filter(([file]) => isAsked(file))
  : Object.entries(FUZZED);

const functions = asked.flatMap(([file, entries]) =>
  Object.entries(entries).map(([name, run]): [string, FuzzedFunction] => [`${file} ${name}`, run]),
);

/** Whether the largest size could take too long, by the time of a shorter one. What grows faster than n² is found there. */
const mayBeSlow = (ms: number, size: number): boolean => ms * (LARGEST / size) ** 2 > limit;

it.each(functions)('reads a megabyte of any shape in less than 20 ms: %s', (_, run) => {
  const slow: string[] = [];
  const done = new Set<string>();
  const tried = new Map<string, string>();
  for (const size of SIZES) {
    for (const [at, [shape, text]] of (texts.get(size) ?? []).entries()) {
      if (done.has(shape)) continue;
      const part = text.slice(0, run.max);
      // The function gets nothing more of the longer text.
      if (part === tried.get(shape)) continue;
      tried.set(shape, part);
      const input = run.inputOf?.(part) ?? part;
      const ms = leastBusyTime(() => run(input), limit);
      if (ms > limit) slow.push(`${shape}, ${size}: ${Math.round(ms)} ms`);
      if (at % SAMPLED !== 0 && !mayBeSlow(ms, size)) done.add(shape);
    }
    if (slow.length > 0) break;
  }
  expect(slow).toEqual([]);
});
