import { createRequire } from 'node:module';

/** Where the worker's program is. Resolved at each start, so that a new version is found. */
export function workerEntry(): string {
  return createRequire(__filename).resolve('@ccbot/worker/bin');
}
