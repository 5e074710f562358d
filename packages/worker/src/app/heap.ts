import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Where V8's young generation stops growing, bytes of both its halves; a second collection in the same turn may double it once
 * more. V8 would let it grow to 32 MB: then a worker with fifty idle sessions takes 10 MB more memory.
 */
const YOUNG_MAX = 4 * 1024 * 1024;

/** How many times as large V8 makes the young generation when it grows. */
const GROWTH = 2;

/**
 * Adjusts V8 while the worker runs. With a V8 option on the command line, Node.js cannot use the code cache of its own
 * modules, and starts 30 ms later.
 */
export interface Heap {
  /** Collects all garbage. */
  collect(): void;
  /** Lets V8's optimizing compiler run, or not. */
  optimize(on: boolean): void;
}

export function createHeap(): Heap {
  // Four threads collect a young generation of a few megabytes: mostly they wait for each other.
  setFlagsFromString('--no-parallel-scavenge');
  // It would collect once more when the worker rests already, some 20 s after a collection.
  setFlagsFromString('--no-memory-reducer');
  limitYoung();
  let collect: (() => void) | undefined;
  return {
    collect() {
      collect ??= exposeCollector();
      // The first one finds what is garbage, the second one moves what is left together, and gives the memory back.
      collect();
      collect();
    },
    optimize: (on) => setFlagsFromString(on ? '--opt' : '--no-opt'),
  };
}

/**
 * Stops the young generation from growing once it is large enough, as long as it is: V8 makes it small again while nothing
 * happens. Its size changes at collections only.
 */
function limitYoung(): void {
  let isLimited = false;
  const observer = new PerformanceObserver(() => {
    const isFull = youngBytes() >= YOUNG_MAX;
    if (isFull === isLimited) return;
    isLimited = isFull;
    setFlagsFromString(`--semi-space-growth-factor=${isFull ? 1 : GROWTH}`);
  });
  observer.observe({ entryTypes: ['gc'] });
}

function youngBytes(): number {
  const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  return young?.space_size ?? 0;
}

function exposeCollector(): () => void {
  setFlagsFromString('--expose-gc');
  // A context that is made from now on has it; V8 names no other way to it.
  return runInNewContext('gc') as () => void;
}
