/** The checks that an agent can fail. */
export type Missed = 'ready' | 'ended' | 'typing' | 'transcript' | 'dialog' | 'answer';

/** The result of one check. */
export interface Finding {
  /** `terminal`: the terminal failed, which says nothing about the agent. */
  step: Missed | 'terminal';
  ok: boolean;
  /** What is wrong, in words. */
  trouble?: string | undefined;
}

/** The result of a canary run for one version of an agent. `at` is ms since the epoch. */
export interface CanaryResult {
  agent: string;
  /** In the agent's own words. Empty when it reports none. */
  version: string;
  at: number;
  findings: readonly Finding[];
}

/** The `trouble` of a check that was skipped because an earlier one failed. Stored in canary.json, so it never changes. */
export const SKIPPED = 'not looked at';

/** The checks that failed. Skipped checks do not count. */
export function failures(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ ok, trouble }) => !ok && trouble !== SKIPPED);
}
