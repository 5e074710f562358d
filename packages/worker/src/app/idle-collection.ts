/** CPU time since the last collection that makes another one worth it, ms. */
const WORTH_MS = 200;

/** A beat with less CPU time is quiet, ms. */
const QUIET_MS = 40;

/** So many quiet beats in a row are a rest: six seconds. */
const QUIET_BEATS = 3;

/** What a worker has done since its last collection. */
export interface Effort {
  usedMs: number;
  /** Quiet beats in a row. */
  quiet: number;
}

export const NO_EFFORT: Effort = { usedMs: 0, quiet: 0 };

/**
 * Whether a worker should collect its garbage now, after a beat in which it used `cpuMs`. V8 collects when memory is asked
 * for, so what a burst of work has left stays for as long as the worker is idle: 7 MB after a start.
 */
export function decideCollection(
  { usedMs, quiet }: Effort,
  { cpuMs, isBusy }: { cpuMs: number; isBusy: boolean },
): { collect: boolean; effort: Effort } {
  const isQuiet = cpuMs < QUIET_MS && !isBusy;
  const effort = { usedMs: usedMs + cpuMs, quiet: isQuiet ? quiet + 1 : 0 };
  const collect = effort.quiet >= QUIET_BEATS && effort.usedMs >= WORTH_MS;
  return { collect, effort: collect ? NO_EFFORT : effort };
}

/** Collects garbage when the worker rests; called with each beat. */
export function createIdleCollection(
  collect: () => void,
  cpuUsedMs: () => number,
): {
  onBeat(isBusy: boolean): void;
} {
  let effort = NO_EFFORT;
  let before = 0;
  return {
    onBeat(isBusy) {
      const used = cpuUsedMs();
      const decided = decideCollection(effort, { cpuMs: used - before, isBusy });
      ({ effort } = decided);
      if (decided.collect) collect();
      before = decided.collect ? cpuUsedMs() : used;
    },
  };
}

/** CPU time of this process so far, ms. */
export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
