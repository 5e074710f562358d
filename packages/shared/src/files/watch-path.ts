import { watch } from 'node:fs';
import { stampOf } from './stamp';

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
  const state: WatchState = { request, pace, watcher: undefined, polling: undefined };
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
  /** While it polls: when it looks, and when a watch is tried again. */
  polling: { look: NodeJS.Timeout; again: NodeJS.Timeout } | undefined;
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

/** From this moment on: `fs.watchFile` takes its first look later, and would miss what changes until then. */
function poll(state: WatchState): void {
  const { request, pace } = state;
  let last = stampOf(request.polled);
  const look = setInterval(() => {
    const stamp = stampOf(request.polled);
    if (stamp === last) return;
    last = stamp;
    request.onChange('rename', null);
  }, pace.lookMs);
  state.polling = { look, again: setInterval(() => tryAgain(state), pace.againMs) };
  request.onPolling?.(true);
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
  const { polling, request } = state;
  if (polling === undefined) return;
  state.polling = undefined;
  clearInterval(polling.look);
  clearInterval(polling.again);
  request.onPolling?.(false);
}
