import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { System } from '../e2e/harness/system';
import { root } from './place';

/** What the worker did, as `fixtures/trace.cjs` recorded it; `ns` is monotonic. */
export type Trace = readonly [ns: number, what: string, detail: string];

/** The variables that have the worker of a system record its trace. */
export function traceVariables({ dir }: Pick<System, 'dir'>): Record<string, string> {
  return {
    NODE_OPTIONS: `--require ${join(root, 'test/bench/fixtures/trace.cjs')}`,
    CCBOT_BENCH_TRACE: fileIn(dir),
  };
}

/** The trace so far, oldest first. The worker writes it a moment late. */
export function traceOf({ dir }: Pick<System, 'dir'>): Trace[] {
  const file = fileIn(dir);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Trace);
}

const fileIn = (dir: string): string => join(dir, 'trace.jsonl');
