import { quantile } from '../bench/stats';

/** A kind of violation, and the violations that were found, if any. */
export type Check = readonly [kind: string, found: readonly string[]];

/** Prints the recovery times by fault and the violations. Returns the exit code. */
export function report(
  times: ReadonlyMap<string, readonly number[]>,
  checks: readonly Check[],
  replay: string,
): number {
  const rows = [...times].sort(([a], [b]) => a.localeCompare(b));
  const all = [...times.values()].flat();
  const row = (name: string, ms: readonly number[]): string =>
    `  ${name}: ${Math.round(quantile(ms, 0.5))}, ${Math.round(quantile(ms, 0.99))} (${ms.length})`;
  console.log('recovery time, ms: p50, p99 (count)');
  for (const [name, ms] of rows) console.log(row(name, ms));
  if (all.length > 0) console.log(row('all', all));
  let violations = 0;
  for (const [kind, found] of checks) {
    violations += found.length;
    console.log(`${kind}: ${found.length}${found.length === 0 ? '' : ` (${found.slice(0, 5).join('; ')})`}`);
  }
  console.log(violations === 0 ? 'no violations' : `VIOLATIONS; replay with ${replay}`);
  return violations === 0 ? 0 : 1;
}
