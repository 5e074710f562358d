import { createUpkeep } from './upkeep';

interface Beat {
  cpuMs: number;
  isBusy?: boolean;
}

/** What happens while each beat uses this much CPU, and each collection `costMs`. */
function run(beats: readonly Beat[], costMs = 20): { collections: number; optimizes: boolean[] } {
  let used = 0;
  let collections = 0;
  const optimizes: boolean[] = [];
  let optimizesNow = false;
  const upkeep = createUpkeep({
    collect() {
      collections++;
      used += costMs;
    },
    optimize: (on) => (optimizesNow = on),
    cpuUsedMs: () => used,
  });
  for (const { cpuMs, isBusy = false } of beats) {
    used += cpuMs;
    upkeep.onBeat(isBusy);
    optimizes.push(optimizesNow);
  }
  return { collections, optimizes };
}

const times = (count: number, beat: Beat): Beat[] => Array.from({ length: count }, () => beat);

const WORK = { cpuMs: 1_500 };
const REST = { cpuMs: 2 };

describe('the garbage', () => {
  it('is collected once when the work is over', () => {
    expect(run([WORK, REST, REST]).collections).toBe(0);
    expect(run([WORK, ...times(8, REST)]).collections).toBe(1);
  });

  it('is collected again after more work', () => {
    const turn = [WORK, ...times(3, REST)];
    expect(run([...turn, ...turn]).collections).toBe(2);
  });

  it('is collected after work in small pieces', () => {
    expect(run([...times(4, { cpuMs: 35 }), ...times(3, REST)]).collections).toBe(1);
  });

  it('is not collected while a turn runs, however quiet it is', () => {
    expect(run([WORK, ...times(4, { ...REST, isBusy: true })]).collections).toBe(0);
  });

  it('is not collected for little work', () => {
    expect(run([{ cpuMs: 45 }, ...times(4, REST)]).collections).toBe(0);
  });

  it('is collected less often where that costs more', () => {
    const turn = [{ cpuMs: 100 }, ...times(3, REST)];
    const turns = Array.from({ length: 9 }, () => turn).flat();
    expect(run(turns, 20).collections).toBe(9);
    expect(run(turns, 140).collections).toBe(3);
  });

  it('that a collection costs CPU is no work', () => {
    expect(run([WORK, ...times(20, REST)], 2_000).collections).toBe(1);
  });
});

describe('the optimizing compiler', () => {
  it('does not run for a burst', () => {
    expect(run([...times(4, WORK), ...times(4, REST)]).optimizes).not.toContain(true);
  });

  it('runs while work lasts, and until a rest', () => {
    const waiting = { ...REST, isBusy: true };
    const { optimizes } = run([...times(6, WORK), ...times(4, waiting), ...times(3, REST)]);
    expect(optimizes).toEqual([...Array(4).fill(false), ...Array(8).fill(true), false]);
  });
});
