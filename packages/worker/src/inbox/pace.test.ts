import { takeOne, type Allowance } from './pace';

/** How many of these messages are admitted. */
function admitted(times: readonly number[], perMinute: number): number {
  let allowance: Allowance | undefined;
  let count = 0;
  for (const at of times) {
    const taken = takeOne(allowance, at, perMinute);
    allowance = taken.allowance;
    if (taken.admitted) count++;
  }
  return count;
}

it('admits a burst, and no more than that at once', () => {
  expect(admitted(Array<number>(100).fill(0), 60)).toBe(60);
});

it('refills with time', () => {
  const burst = Array<number>(60).fill(0);
  expect(admitted([...burst, 1_000, 1_000, 2_000], 60)).toBe(62);
});

it('admits any number of messages that keep to the pace for hours', () => {
  const steady = Array.from({ length: 10_000 }, (_, i) => i * 1_000);
  expect(admitted(steady, 60)).toBe(10_000);
});

it('counts by the time of writing, and never runs back', () => {
  expect(admitted([5_000, 0, 5_000], 2)).toBe(2);
});
