import { statSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';

/** An editor writes a file in several steps: the last one is waited for, ms. */
const SETTLE_MS = 200;

/** What tells a changed file from an unchanged one, for several files at once. */
export function stampOf(files: readonly string[]): string {
  return files
    .map((file) => {
      try {
        const { ino, size, mtimeNs } = statSync(file, { bigint: true });
        return `${ino} ${size} ${mtimeNs}`;
      } catch {
        return ''; // not there, or not to be seen: that is its stamp
      }
    })
    .join('\n');
}

/**
 * Tells when one of the files is written, created, replaced or removed. Watches their directories, because an
 * editor replaces the file itself; a directory that is not there is passed over.
 * Tells at once when the files no longer have the stamp `known`.
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
        timer = setTimeout(onChange, SETTLE_MS);
      });
      watcher.on('error', () => watcher.close()); // the directory was removed: nothing can change in it
      watchers.push(watcher);
    } catch {
      // No such directory: there is nothing to watch, and the others still are.
    }
  }
  // Changed before we watched: nobody else will tell of it.
  if (stampOf(files) !== known) timer = setTimeout(onChange, SETTLE_MS);
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
