import { failures, type CanaryResult, type Missed } from './model';

/** Whether the canary should run by itself, and if not, why. */
export type Due = { run: true } | { run: false; why: string };

/**
 * Decides when the worker starts. The canary runs for a version that it has not tested yet, and never for a program that
 * reports no version, which may be anything. `version` is the first line of the output of `--version`, empty when that
 * failed. `known` holds the last result of each agent.
 */
export function canaryDue(agent: string, version: string, known: readonly CanaryResult[]): Due {
  if (!/\d+\.\d+/.test(version)) return { run: false, why: 'it reports no version' };
  if (known.some((result) => result.agent === agent && result.version === version))
    return { run: false, why: 'this version has been tested' };
  return { run: true };
}

/**
 * What to do with a result: `keep` it, so that this version is not tested again, and `tell` which checks failed. When
 * the terminal failed, the result says nothing about the agent, so the next start tests it again.
 */
export function canaryNews(result: CanaryResult): { keep: boolean; tell: readonly Missed[] } {
  const tell: Missed[] = [];
  for (const { step } of failures(result.findings)) {
    if (step === 'terminal') return { keep: false, tell: [] };
    tell.push(step);
  }
  return { keep: true, tell };
}
