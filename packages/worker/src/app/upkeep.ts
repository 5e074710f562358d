/** A collection is worth it after so many times its own cost, in bursts of work or in all. */
const WORTH = { bursts: 2, all: 5 };

/** What a collection is taken to cost until one has been measured, CPU ms. */
const FIRST_COST_MS = 25;

/** A beat with less CPU time is quiet, ms: two percent of a core. */
const QUIET_MS = 40;

/** So many quiet beats in a row are a rest: six seconds. */
const QUIET_BEATS = 3;

/** So many beats in a row that are not quiet are lasting work: ten seconds. */
const WORK_BEATS = 5;

/** What a worker has done of late. */
export interface Effort {
  /** CPU time since its last collection, in all and in beats that were not quiet, ms. */
  usedMs: number;
  burstsMs: number;
  /** CPU time of that collection, ms. */
  costMs: number;
  /** Beats in a row in which it rested, or worked; one of both is 0. */
  quiet: number;
  work: number;
}

export const NO_EFFORT: Effort = { usedMs: 0, burstsMs: 0, costMs: FIRST_COST_MS, quiet: 0, work: 0 };

/** What a worker should do for itself. `optimize`: whether V8's optimizing compiler may run; null: no change. */
export interface Due {
  collect: boolean;
  optimize: boolean | null;
}

/**
 * Decides after a beat in which the worker used `cpuMs`. V8 collects garbage when memory is asked for, so what a burst of work
 * has left stays for as long as the worker is idle: 7 MB after a start. Its optimizing compiler takes another 7 MB once it
 * has run, and a burst ends before that pays; so it is for lasting work only.
 */
export function decideUpkeep(
  before: Effort,
  { cpuMs, isBusy }: { cpuMs: number; isBusy: boolean },
): { due: Due; effort: Effort } {
  const isQuiet = cpuMs < QUIET_MS;
  const effort = {
    ...before,
    usedMs: before.usedMs + cpuMs,
    burstsMs: before.burstsMs + (isQuiet ? 0 : cpuMs),
    quiet: isQuiet && !isBusy ? before.quiet + 1 : 0,
    work: isQuiet ? 0 : before.work + 1,
  };
  const rests = effort.quiet >= QUIET_BEATS;
  const { usedMs, burstsMs, costMs } = effort;
  const collect = rests && (burstsMs >= WORTH.bursts * costMs || usedMs >= WORTH.all * costMs);
  const optimize = effort.work >= WORK_BEATS ? true : rests ? false : null;
  return {
    due: { collect, optimize },
    effort: collect ? { ...effort, usedMs: 0, burstsMs: 0, quiet: 0 } : effort,
  };
}

export interface UpkeepDeps {
  /** Collects all garbage. */
  collect(): void;
  /** Lets V8's optimizing compiler run, or not. */
  optimize(on: boolean): void;
  /** CPU time of this process so far, ms. */
  cpuUsedMs(): number;
}

/** Looks after the memory of the worker; called with each beat. */
export function createUpkeep({ collect, optimize, cpuUsedMs }: UpkeepDeps): {
  onBeat(isBusy: boolean): void;
} {
  let effort = NO_EFFORT;
  let before = 0;
  return {
    onBeat(isBusy) {
      const used = cpuUsedMs();
      const decided = decideUpkeep(effort, { cpuMs: used - before, isBusy });
      ({ effort } = decided);
      before = used;
      if (decided.due.optimize !== null) optimize(decided.due.optimize);
      if (!decided.due.collect) return;
      collect();
      before = cpuUsedMs();
      effort = { ...effort, costMs: before - used };
    },
  };
}

/** CPU time of this process so far, ms. */
export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
