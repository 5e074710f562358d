import { limitsAt, PUBLIC_LIMITS } from '../telegram/local-files';

/** A server that refused a large file is tried again after this long, ms: it may be started with `--local` by then. */
const ASK_AGAIN_MS = 24 * 3_600_000;

/** The largest file that the server takes. */
export interface UploadLimit {
  /** Bytes. */
  max(): number;
  /** The server refused a file of this size as too large: larger ones than Telegram's own limit are not tried for a day. */
  refused(size: number): void;
}

export interface UploadLimitDeps {
  apiRoot: string;
  /** Remembers over restarts what was found out. */
  memory: { get(key: string): string | undefined; set(key: string, value: string): void };
  now(): number;
}

/** A server of one's own may take 2000 MB, if it runs with `--local`; whether it does shows the first large file. */
export function createUploadLimit({ apiRoot, memory, now }: UploadLimitDeps): UploadLimit {
  const key = `uploads ${apiRoot}`;
  return {
    max() {
      const refusedAt = Number(memory.get(key) ?? '0');
      const wasRefused = Math.abs(now() - refusedAt) < ASK_AGAIN_MS;
      return wasRefused ? PUBLIC_LIMITS.upload : limitsAt(apiRoot).upload;
    },
    refused(size) {
      if (size > PUBLIC_LIMITS.upload) memory.set(key, String(now()));
    },
  };
}
