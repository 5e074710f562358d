import { delimiter, isAbsolute } from 'node:path';

/** Where the system's own programs are. */
const SYSTEM_PATH = '/usr/bin:/bin';

/**
 * A `PATH` without the entries that mean the working directory, which are the relative and the empty ones: a directory
 * that ccbot was started in must not decide what `tmux` or an agent is. Never empty, because an empty `PATH` means the
 * working directory as well.
 */
export function searchPath(path: string | undefined): string {
  const kept = (path ?? SYSTEM_PATH).split(delimiter).filter((entry) => isAbsolute(entry));
  return kept.length === 0 ? SYSTEM_PATH : kept.join(delimiter);
}
