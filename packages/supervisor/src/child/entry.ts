import { createRequire } from 'node:module';

/** The path of the worker's program. Resolved at each start, to find a new version. */
export function workerEntry(): string {
  return createRequire(__filename).resolve('@ccbot/worker/bin');
}
