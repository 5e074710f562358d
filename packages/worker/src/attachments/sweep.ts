import type { LogFn } from '@ccbot/shared/log/logger';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { removeFile } from './folder';
import type { AttachmentStore } from './model';

/** Incoming files are deleted after this long, ms. */
export const FILE_KEEP_MS = 24 * 3_600_000;

/** Settled attachments are deleted after this long, ms: a user can edit a message for 48 hours. */
const ATTACHMENT_KEEP_MS = 49 * 3_600_000;

/** Time between two sweeps, ms. */
const EVERY_MS = 10 * 60_000;

/** Deletes incoming files, and messages that nobody took, when their time is over. */
export interface Sweep {
  /** Sweeps now and every ten minutes. */
  start(): void;
  now(): Promise<void>;
  stop(): void;
}

/** Deletes only files that the worker itself created. */
export function createSweep(deps: {
  attachments: Pick<AttachmentStore, 'expired' | 'forget' | 'purge'>;
  /** Discards messages that waited for a session for too long. */
  expireKept(): void;
  now(): number;
  log: LogFn;
}): Sweep {
  let timer: NodeJS.Timeout | undefined;

  async function sweep(): Promise<void> {
    deps.expireKept();
    deps.attachments.purge(deps.now() - ATTACHMENT_KEEP_MS);
    for (const path of deps.attachments.expired(deps.now() - FILE_KEEP_MS)) {
      try {
        await removeFile(path);
      } catch (error) {
        // A directory without permission: the next sweep tries again.
        deps.log('warn', 'incoming file not deleted', { path, reason: reasonOf(error) });
        continue;
      }
      deps.attachments.forget(path);
    }
  }

  const sweepLogged = (): void =>
    void sweep().catch((error: unknown) =>
      deps.log('warn', 'incoming files not swept', { reason: reasonOf(error) }),
    );

  return {
    start() {
      timer = setInterval(sweepLogged, EVERY_MS);
      timer.unref();
      sweepLogged();
    },
    now: sweep,
    stop: () => clearInterval(timer),
  };
}
