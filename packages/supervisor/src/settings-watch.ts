import { statSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Editors write a file in several steps, so we wait until it was quiet for this long, ms. */
const QUIET_MS = 200;

/** A text that differs when one of the files has changed. */
export function stampOf(files: readonly string[]): string {
  return files
    .map((file) => {
      try {
        const { ino, size, mtimeNs } = statSync(file, { bigint: true });
        return `${ino} ${size} ${mtimeNs}`;
      } catch {
        return ''; // no such file, or not visible to us
      }
    })
    .join('\n');
}

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
  const watchers: FSWatcher[] = [];
  for (const [directory, names] of byDirectory) {
    try {
      const watcher = watch(directory, { persistent: true }, (_event, name) => {
        if (name !== null && !names.has(name)) return;
        clearTimeout(timer);
        timer = setTimeout(onChange, QUIET_MS);
      });
      watcher.on('error', () => watcher.close()); // the directory was removed, so nothing can change in it
      watchers.push(watcher);
    } catch {
      // No such directory. The others are still watched.
    }
  }
  // The watchers do not report a change from before they started.
  if (stampOf(files) !== known) timer = setTimeout(onChange, QUIET_MS);
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
