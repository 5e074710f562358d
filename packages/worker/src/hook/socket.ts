import { join } from 'node:path';
import { socketDirectory } from '@ccbot/shared/config/sockets';

/** The worker's socket for a `CCBOT_DIR`. */
export function workerSocketOf(dir: string): string {
  return join(socketDirectory(dir), 'worker.sock');
}
