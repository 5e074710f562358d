import { readForeignSync } from '@ccbot/shared/files/foreign-file-sync';

/**
 * The text of a file that anybody may have replaced. Null when there is none. Never blocks; throws for anything but a
 * regular file of a sensible size.
 */
export function readText(path: string): string | null {
  try {
    return readForeignSync(path, 'agentSettings');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}
