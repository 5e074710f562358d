import { createIdleCollection } from './idle-collection';

/** Counts collections while each beat uses this much CPU, ms. */
function run(...beats: { cpuMs: number; isBusy?: boolean }[]): number {
  let used = 0;
  let collections = 0;
  const collection = createIdleCollection(
    () => collections++,
    () => used,
  );
  for (const { cpuMs, isBusy = false } of beats) {
    used += cpuMs;
    collection.onBeat(isBusy);
  }
  return collections;
}

const WORK = { cpuMs: 1_500 };
const REST = { cpuMs: 2 };

it('collects once when the work is over', () => {
  expect(run(WORK, REST, REST)).toBe(0);
  expect(run(WORK, REST, REST, REST, REST, REST, REST, REST, REST)).toBe(1);
});

it('collects again after more work', () => {
  expect(run(WORK, REST, REST, REST, WORK, REST, REST, REST)).toBe(2);
});

it('counts work in small pieces', () => {
  const piece = { cpuMs: 150 };
  expect(run(piece, REST, piece, REST, piece, REST, piece, REST, REST, REST)).toBe(1);
});

it('does not collect while a turn runs, however quiet it is', () => {
  const waiting = { ...REST, isBusy: true };
  expect(run(WORK, waiting, waiting, waiting, waiting)).toBe(0);
});

it('does not collect for little work', () => {
  expect(run({ cpuMs: 150 }, REST, REST, REST, REST)).toBe(0);
});

it('does not count the collection itself as work', () => {
  let used = 0;
  let collections = 0;
  const collection = createIdleCollection(
    () => {
      collections++;
      used += 2_000;
    },
    () => used,
  );
  used += 1_500;
  for (let beat = 0; beat < 20; beat++) collection.onBeat(false);
  expect(collections).toBe(1);
});
