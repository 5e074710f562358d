import { reasonOf } from '@ccbot/shared/faults/fault';
import { removeFile } from './folder';
import type { AttachmentStore } from './model';

/** Files that came in are deleted after this long, ms. */
export const FILE_KEEP_MS = 24 * 3_600_000;

/** What was handed over is forgotten after this long, ms: a person can edit a message for 48 hours. */
const PARCEL_KEEP_MS = 49 * 3_600_000;

/** Time between two sweeps, ms. */
const EVERY_MS = 10 * 60_000;

/** Deletes files that came in when their time is over. */
export interface Sweep {
  /** Sweeps now, and from time to time. */
  start(): void;
  now(): Promise<void>;
  stop(): void;
}

/** Makes the sweep; it deletes only what the worker itself has put somewhere. */
export function createSweep(deps: {
  attachments: Pick<AttachmentStore, 'expired' | 'forget' | 'purge'>;
  now(): number;
  log(level: 'warn', text: string, meta?: Record<string, unknown>): void;
}): Sweep {
  let timer: NodeJS.Timeout | undefined;

  async function sweep(): Promise<void> {
    deps.attachments.purge(deps.now() - PARCEL_KEEP_MS);
    for (const path of deps.attachments.expired(deps.now() - FILE_KEEP_MS)) {
      try {
        await removeFile(path);
      } catch (error) {
        // A directory without permission stays; it is tried again.
        deps.log('warn', 'a file that came in cannot be deleted', { path, reason: reasonOf(error) });
        continue;
      }
      deps.attachments.forget(path);
    }
  }

  const quietly = (): void =>
    void sweep().catch((error: unknown) =>
      deps.log('warn', 'files that came in cannot be swept', { reason: reasonOf(error) }),
    );

  return {
    start() {
      timer = setInterval(quietly, EVERY_MS);
      timer.unref();
      quietly();
    },
    now: sweep,
    stop: () => clearInterval(timer),
  };
}
