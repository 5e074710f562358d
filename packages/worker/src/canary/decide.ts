import { failures, type Missed } from './model';
import type { CanaryResult } from './result';

/** Whether the canary is to run by itself, and if not, why. */
export type Due = { run: true } | { run: false; why: string };

/**
 * Decides at the start of the worker: it runs for a version that it has not tried, and never for a program that tells
 * no version, which may be anything. `said` is the first line of what the program prints for `--version`, empty when
 * it failed; `known` what was found of the agents the last time.
 */
export function canaryDue(agent: string, said: string, known: readonly CanaryResult[]): Due {
  if (!/\d+\.\d+/.test(said)) return { run: false, why: 'it tells no version' };
  if (known.some((one) => one.agent === agent && one.version === said))
    return { run: false, why: 'this version has been tried' };
  return { run: true };
}

/**
 * What a result is good for: `keep` it and ask no more of this version, and `tell` what no longer works. A result of a
 * terminal that could not be used says nothing about the agent: the next start tries again.
 */
export function canaryNews(result: CanaryResult): { keep: boolean; tell: readonly Missed[] } {
  const tell: Missed[] = [];
  for (const { step } of failures(result.findings)) {
    if (step === 'terminal') return { keep: false, tell: [] };
    tell.push(step);
  }
  return { keep: true, tell };
}
