import { realpathSync } from 'node:fs';

/** Where a path leads in the end; null if nowhere. */
export function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null; // a part of it is missing
  }
}
