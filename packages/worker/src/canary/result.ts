import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One thing that was looked at: whether it works, and in words what does not. */
export interface Finding {
  step: 'ready' | 'typing' | 'transcript' | 'dialog' | 'answer' | 'terminal';
  ok: boolean;
  trouble?: string;
}

/** What the canary found of one version of an agent. `at` is ms since the epoch. */
export interface CanaryResult {
  agent: string;
  /** As the agent itself says it; empty when it says none. */
  version: string;
  at: number;
  findings: readonly Finding[];
}

/** Where the last result is kept, for `ccbot doctor`. */
export const canaryPath = (dir: string): string => join(dir, 'canary.json');

/** What does not work, in words; empty when all is well. */
export function troubles(result: CanaryResult): string[] {
  return result.findings.flatMap(({ ok, step, trouble }) =>
    ok || trouble === 'not looked at' ? [] : [trouble ?? step],
  );
}

/** The last result; null when there is none, or it cannot be read. */
export function readResult(dir: string): CanaryResult | null {
  try {
    const value = JSON.parse(readFileSync(canaryPath(dir), 'utf8')) as Partial<CanaryResult> | null;
    return typeof value?.version === 'string' && Array.isArray(value.findings)
      ? (value as CanaryResult)
      : null;
  } catch {
    return null; // none yet, or damaged: the next run writes it anew
  }
}
