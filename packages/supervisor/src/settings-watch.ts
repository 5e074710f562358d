import { basename, dirname, join } from 'node:path';
import { stampOf } from '@ccbot/shared/files/stamp';
import { watchPath, type PathWatch } from '@ccbot/shared/files/watch-path';

/** Editors write a file in several steps, so we wait until it was quiet for this long, ms. */
const QUIET_MS = 200;

/**
 * Calls `onChange` when one of the files is written, created, replaced or removed, and also if their stamp already
 * differs from `known`. Watches the directories, because editors replace the file itself; skips missing directories.
 */
export function watchFiles(files: readonly string[], known: string, onChange: () => void): { close(): void } {
  const byDirectory = new Map<string, Set<string>>();
  for (const file of files) {
    const names = byDirectory.get(dirname(file)) ?? new Set();
    byDirectory.set(dirname(file), names.add(basename(file)));
  }
  let timer: NodeJS.Timeout | undefined;
  const watchers: PathWatch[] = [];
  let last = known;
  const check = (): void => {
    const stamp = stampOf(files);
    if (stamp === last) return; // another file of the directory, or a first look
    last = stamp;
    onChange();
  };
  for (const [directory, names] of byDirectory) {
    try {
      const watcher = watchPath({
        path: directory,
        polled: [...names].map((name) => join(directory, name)),
        onChange(_kind, name) {
          if (name !== null && !names.has(name)) return;
          clearTimeout(timer);
          timer = setTimeout(check, QUIET_MS);
        },
      });
      watchers.push(watcher);
    } catch {
      // No such directory. The others are still watched.
    }
  }
  // The watchers do not report a change from before they started.
  if (stampOf(files) !== known) timer = setTimeout(check, QUIET_MS);
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
