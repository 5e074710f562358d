import { quantile } from '../bench/stats';

/** What was looked for, and what of it was found; all of it should be empty. */
export type Check = readonly [what: string, found: readonly string[]];

/** Prints the times by fault and what was found; the exit code. */
export function report(
  times: ReadonlyMap<string, readonly number[]>,
  checks: readonly Check[],
  replay: string,
): number {
  const rows = [...times].sort(([a], [b]) => a.localeCompare(b));
  const all = [...times.values()].flat();
  const row = (name: string, ms: readonly number[]): string =>
    `  ${name}: ${Math.round(quantile(ms, 0.5))}, ${Math.round(quantile(ms, 0.99))} (${ms.length})`;
  console.log('time to polling again, ms: p50, p99 (times)');
  for (const [name, ms] of rows) console.log(row(name, ms));
  if (all.length > 0) console.log(row('all of them', all));
  let bad = 0;
  for (const [what, found] of checks) {
    bad += found.length;
    console.log(`${what}: ${found.length}${found.length === 0 ? '' : ` (${found.slice(0, 5).join('; ')})`}`);
  }
  console.log(bad === 0 ? 'all held' : `NOT ALL HELD; replay with ${replay}`);
  return bad === 0 ? 0 : 1;
}
