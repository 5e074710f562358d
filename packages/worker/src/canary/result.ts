import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '@ccbot/shared/protocol/json';
import * as z from 'zod/mini';
import { replaceFile } from '@ccbot/shared/files/replace-file';
import { failures, type CanaryResult } from './model';

const finding = z.object({
  step: z.enum(['ready', 'ended', 'typing', 'transcript', 'dialog', 'answer', 'terminal']),
  ok: z.boolean(),
  trouble: z.optional(z.string()),
});

const storedResult = z.object({
  agent: z.string(),
  version: z.string(),
  at: z.number(),
  findings: z.array(finding),
});

const resultFile = z.object({ results: z.array(z.unknown()) });

/** The file with the last result of each agent, for `ccbot doctor`. */
export const canaryPath = (dir: string): string => join(dir, 'canary.json');

/** The failed checks, in words. Empty when everything works. */
export function troubles(result: CanaryResult): string[] {
  return failures(result.findings).map(({ step, trouble }) => trouble ?? step);
}

/** The last result of each agent. Skips results that do not parse. Empty when there is no readable file. */
export function readResults(dir: string): CanaryResult[] {
  let text: string;
  try {
    text = readFileSync(canaryPath(dir), 'utf8');
  } catch {
    return []; // none yet
  }
  // A damaged file counts as empty: the next run replaces it.
  const results = parseJson(resultFile, text)?.results ?? [];
  return results.flatMap((result) => storedResult.safeParse(result).data ?? []);
}

/** Stores a result in place of the agent's previous one. Results of other agents stay. */
export function storeResult(dir: string, result: CanaryResult): void {
  const others = readResults(dir).filter(({ agent }) => agent !== result.agent);
  replaceFile(canaryPath(dir), `${JSON.stringify({ results: [...others, result] })}\n`, 0o600);
}
