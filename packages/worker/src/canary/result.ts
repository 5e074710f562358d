import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../hook/replace-file';
import { failures, type Finding } from './model';

/** What the canary found of one version of an agent. `at` is ms since the epoch. */
export interface CanaryResult {
  agent: string;
  /** As the agent itself says it; empty when it says none. */
  version: string;
  at: number;
  findings: readonly Finding[];
}

/** Where the last result of each agent is kept, for `ccbot doctor`. */
export const canaryPath = (dir: string): string => join(dir, 'canary.json');

/** What does not work, in words; empty when all is well. */
export function troubles(result: CanaryResult): string[] {
  return failures(result.findings).map(({ step, trouble }) => trouble ?? step);
}

/** The last result of each agent; empty when there is none, or the file cannot be read. */
export function readResults(dir: string): CanaryResult[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(canaryPath(dir), 'utf8'));
  } catch {
    return []; // none yet, or damaged: the next run writes it anew
  }
  const results = (value as { results?: unknown } | null)?.results;
  return Array.isArray(results) ? results.filter(isResult) : [];
}

/** Keeps a result in the place of what was known of that agent; those of other agents stay. */
export function keepResult(dir: string, result: CanaryResult): void {
  const others = readResults(dir).filter(({ agent }) => agent !== result.agent);
  replaceFile(canaryPath(dir), `${JSON.stringify({ results: [...others, result] })}\n`, 0o600);
}

function isResult(value: unknown): value is CanaryResult {
  const one = value as Partial<CanaryResult> | null;
  return (
    typeof one?.agent === 'string' &&
    typeof one.version === 'string' &&
    typeof one.at === 'number' &&
    Array.isArray(one.findings)
  );
}
