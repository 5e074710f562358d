import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** How large the disk below `CCBOT_DIR` is, MB: the store, the logs and nothing else. */
const SIZE_MB = 48;

/** A disk of its own that can run full. */
export interface SmallDisk {
  fill(): void;
  free(): void;
  unmount(): void;
}

/** Mounts a small tmpfs at `path`; null where this user may not mount. */
export function mountSmallDisk(path: string): SmallDisk | null {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m,mode=700`, 'ccbot-chaos', path]);
  if (mounted.status !== 0) return null;
  const ballast = join(path, 'ballast');
  return {
    fill() {
      const fd = openSync(ballast, 'a', 0o600);
      try {
        // In ever smaller pieces, so that not a byte is left.
        for (let size = 1_048_576; size >= 1; size = size > 1 ? Math.floor(size / 16) : 0) {
          const piece = Buffer.alloc(size);
          while (wrote(fd, piece));
        }
      } finally {
        closeSync(fd);
      }
    },
    free: () => rmSync(ballast, { force: true }),
    unmount: () => void spawnSync('umount', ['-l', path]),
  };
}

function wrote(fd: number, piece: Buffer): boolean {
  try {
    return writeSync(fd, piece) === piece.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}
