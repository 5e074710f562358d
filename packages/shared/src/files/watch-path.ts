import { unwatchFile, watch, watchFile } from 'node:fs';

/** What happens while the system has no watch left, ms. */
export interface PollPace {
  /** How often a path is looked at. */
  lookMs: number;
  /** How often a watch is tried again: another program may have ended. */
  againMs: number;
}

const PACE: PollPace = { lookMs: 1_000, againMs: 60_000 };

/** A path that is being watched. */
export interface PathWatch {
  close(): void;
}

export interface WatchRequest {
  /** The file or directory to watch. */
  path: string;
  /** What is looked at instead while no watch is left. */
  polled: readonly string[];
  /** As of `fs.watch`. `name` is null when it is not known what changed. */
  onChange(kind: string, name: string | null): void;
  /** Whether the paths are looked at, because no watch is left. Called with true at most once before false. */
  onPolling?(isPolling: boolean): void;
}

/** Whether the system has no watches left: `inotify` limits both their number and that of its instances. */
export function isOutOfWatches(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'ENOSPC' || code === 'EMFILE' || code === 'ENFILE';
}

/**
 * Watches a path, and while the system has no watch left looks at `polled` once a second. Throws what `fs.watch` throws
 * otherwise, such as for a path that does not exist.
 */
export function watchPath(request: WatchRequest, pace = PACE): PathWatch {
  const state: WatchState = { request, pace, watcher: undefined, again: undefined };
  try {
    state.watcher = begin(request);
  } catch (error) {
    if (!isOutOfWatches(error)) throw error;
    poll(state);
  }
  return {
    close() {
      state.watcher?.close();
      stopPolling(state);
    },
  };
}

interface WatchState {
  readonly request: WatchRequest;
  readonly pace: PollPace;
  watcher: PathWatch | undefined;
  /** While it polls: when a watch is tried again. */
  again: { timer: NodeJS.Timeout; look: () => void } | undefined;
}

function begin({ path, onChange }: WatchRequest): PathWatch {
  const watcher = watch(path, onChange);
  // It vanished; whoever watches looks what is there instead.
  watcher.on('error', () => {
    watcher.close();
    onChange('rename', null);
  });
  return watcher;
}

function poll(state: WatchState): void {
  const { polled, onChange, onPolling } = state.request;
  const look = (): void => onChange('rename', null);
  for (const path of polled) watchFile(path, { interval: state.pace.lookMs }, look);
  const timer = setInterval(() => tryAgain(state), state.pace.againMs);
  state.again = { timer, look };
  onPolling?.(true);
}

function tryAgain(state: WatchState): void {
  try {
    state.watcher = begin(state.request);
  } catch {
    return; // no watch is free yet, or the path is gone, which polling notices
  }
  stopPolling(state);
  // What changed since the last look.
  state.request.onChange('rename', null);
}

function stopPolling(state: WatchState): void {
  const { again, request } = state;
  if (again === undefined) return;
  state.again = undefined;
  clearInterval(again.timer);
  for (const path of request.polled) unwatchFile(path, again.look);
  request.onPolling?.(false);
}
