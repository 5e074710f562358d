import { createRequire } from 'node:module';

/** As {@link workerEntry}, and the last known path once the program is gone: the launcher looks for it elsewhere. */
export function createWorkerEntry(find: () => string): () => string {
  let last: string | null = null;
  return () => {
    try {
      last = find();
    } catch (error) {
      if (last === null) throw error;
    }
    return last;
  };
}

/** The path of the worker's program. Resolved at each start, to find a new version. */
export function workerEntry(): string {
  return createRequire(__filename).resolve('@ccbot/worker/bin');
}
