import { SHAPES } from './fixtures/adversarial';
import { medianBusyTime } from './fixtures/busy-time';
import { FUZZED } from './fixtures/foreign-text';

/** The longest time on the main thread, ms: while it lasts, every chat and the supervisor's beats wait. */
const MOST_MS = 20;

/** On a slow machine a text may take as long as this part of a plain pass over a dense one. */
const MOST_PASSES = 0.4;

/** UTF-16 units. What is too slow for the small one would not end with the large one. */
const SIZES = [30_000, 1_000_000];

const dense = '❯ '.repeat(500_000);
const passMs = medianBusyTime(() => dense.replace(/\p{Z}+/gu, ' '), 0);
const limit = Math.max(MOST_MS, MOST_PASSES * passMs);

const texts = new Map(
  SIZES.map((size) => [size, [...SHAPES].map(([name, shape]): [string, string] => [name, shape(size)])]),
);

const functions = Object.entries(FUZZED).flatMap(([file, entries]) =>
  Object.entries(entries).map(([name, run]): [string, (text: string) => unknown] => [`${file} ${name}`, run]),
);

it.each(functions)('reads a megabyte of any shape in less than 20 ms: %s', (_, run) => {
  const slow: string[] = [];
  for (const size of SIZES) {
    for (const [shape, text] of texts.get(size) ?? []) {
      const ms = medianBusyTime(() => run(text), limit);
      if (ms > limit) slow.push(`${shape}, ${size}: ${Math.round(ms)} ms`);
    }
    if (slow.length > 0) break;
  }
  expect(slow).toEqual([]);
});
