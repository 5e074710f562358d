import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Size of the disk for `CCBOT_DIR`, MB: room for the store and the logs. */
const SIZE_MB = 48;

/** A separate disk that can run full. */
export interface SmallDisk {
  fill(): void;
  free(): void;
  unmount(): void;
}

/** Mounts a small tmpfs at `path`; null when this user may not mount. */
export function mountSmallDisk(path: string): SmallDisk | null {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m,mode=700`, 'ccbot-chaos', path]);
  if (mounted.status !== 0) return null;
  const ballast = join(path, 'ballast');
  return {
    fill() {
      const fd = openSync(ballast, 'a', 0o600);
      try {
        // In ever smaller pieces, until the last byte is used.
        for (let size = 1_048_576; size >= 1; size = size > 1 ? Math.floor(size / 16) : 0) {
          const piece = Buffer.alloc(size);
          while (tryWrite(fd, piece));
        }
      } finally {
        closeSync(fd);
      }
    },
    free: () => rmSync(ballast, { force: true }),
    unmount: () => void spawnSync('umount', ['-l', path]),
  };
}

/** False when the disk is full. */
function tryWrite(fd: number, piece: Buffer): boolean {
  try {
    return writeSync(fd, piece) === piece.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}
