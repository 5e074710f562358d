import { pathsOf } from '@ccbot/shared/config/paths';

/** The worker's socket for a `CCBOT_DIR`. */
export function workerSocketOf(dir: string): string {
  return pathsOf(dir).workerSocket;
}
