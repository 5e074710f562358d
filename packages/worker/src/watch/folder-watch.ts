import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { watchPath, type PathWatch } from '@ccbot/shared/files/watch-path';

/** Notices when a file appears, or another one takes its place. */
export interface FolderWatch {
  /** Watches the nearest folder that exists, unless one is watched already. */
  open(): void;
  /** Watches again: a folder that was deleted and made again needs a new watch. */
  reopen(): void;
  close(): void;
}

export interface FolderWatchDeps {
  /** The file's present path: it changes when the file moves. */
  path(): string;
  /** Whether the file is open: then it reports its growth itself. */
  isFileOpen(): boolean;
  onChange(): void;
  /** See `WatchRequest`. */
  onPolling?(isPolling: boolean): void;
}

interface FolderWatchState extends FolderWatchDeps {
  watcher: PathWatch | undefined;
}

export function createFolderWatch(deps: FolderWatchDeps): FolderWatch {
  const state: FolderWatchState = { ...deps, watcher: undefined };
  return {
    open: () => openWatch(state),
    reopen() {
      closeWatch(state);
      openWatch(state);
    },
    close: () => closeWatch(state),
  };
}

function openWatch(state: FolderWatchState): void {
  if (state.watcher !== undefined) return;
  // An agent makes the last folder only with its first record.
  for (let folder = dirname(state.path()), below: string | null = null; ; folder = dirname(folder)) {
    try {
      const watcher = watchFolder(state, folder, below === null);
      if (below !== null && existsSync(below)) {
        // It was made while we climbed past it.
        watcher.close();
        return openWatch(state);
      }
      state.watcher = watcher;
      return;
    } catch (error) {
      if (folder === dirname(folder)) throw error;
      below = folder;
    }
  }
}

function watchFolder(state: FolderWatchState, folder: string, isParent: boolean): PathWatch {
  const { path, onPolling } = state;
  return watchPath({
    path: folder,
    polled: [path()],
    onChange(kind, changed) {
      if (isParent) return onParent(state, folder, kind, changed);
      closeWatch(state);
      state.onChange();
    },
    ...(onPolling === undefined ? {} : { onPolling }),
  });
}

function onParent(state: FolderWatchState, folder: string, kind: string, changed: string | null): void {
  const { path, isFileOpen, onChange } = state;
  if (kind !== 'rename' && isFileOpen()) return;
  // A folder that is deleted reports its own name.
  if (changed === null || changed === basename(path()) || changed === basename(folder)) onChange();
}

function closeWatch(state: FolderWatchState): void {
  state.watcher?.close();
  state.watcher = undefined;
}
