import { createHmac, randomBytes } from 'node:crypto';
import * as z from 'zod/mini';

/**
 * What is remembered of named values: a keyed hash of each, so that a change can be told by its name and no value can be
 * read back. The key is random and its own, so two fingerprints of the same values differ.
 */
export interface Fingerprint {
  key: string;
  hashes: Readonly<Record<string, string>>;
}

export const fingerprint: z.ZodMiniType<Fingerprint> = z.object({
  key: z.string(),
  hashes: z.record(z.string(), z.string()),
});

export type NamedValues = Readonly<Record<string, string>>;

export function fingerprintOf(values: NamedValues): Fingerprint {
  const key = randomBytes(16).toString('hex');
  return { key, hashes: hashesOf(values, key) };
}

/** The names that were added, removed or given another value since the fingerprint was taken, in order. */
export function changedNames({ key, hashes }: Fingerprint, values: NamedValues): string[] {
  const now = hashesOf(values, key);
  const names = new Set([...Object.keys(hashes), ...Object.keys(now)]);
  return [...names].filter((name) => hashes[name] !== now[name]).toSorted();
}

function hashesOf(values: NamedValues, key: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      createHmac('sha256', key).update(`${name}\0${value}`).digest('hex'),
    ]),
  );
}
