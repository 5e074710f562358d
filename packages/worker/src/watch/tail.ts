import type { Stats } from 'node:fs';
import { stat, type FileHandle } from 'node:fs/promises';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { basename } from 'node:path';
import { openForeign } from '@ccbot/shared/files/foreign-file';
import { ForeignFileError, realPathOf } from '@ccbot/shared/files/foreign-rules';
import { watchPath, type PathWatch } from '@ccbot/shared/files/watch-path';
import { continuesAt, hashOfLine } from './continuity';
import { createFolderWatch, type FolderWatch } from './folder-watch';
import { endsLine, linesAt, takeBytes, type TailLines } from './tail-lines';

/**
 * How much is read at once, bytes: at most so much that others run in between. `spare`: enough for most lines that are
 * written between the look at the file and the reading, which are then taken together with those before.
 */
const CHUNK = { most: 256 * 1024, spare: 4 * 1024 };

/** How often it is checked whether lines that wait still must, ms. The check may read the database, so not at every line. */
const HOLD_CHECK_MS = 250;

/** When lines could not be taken (a full disk), they are offered again after this time, ms. */
const RETRY_MS = 5_000;

export interface TailOptions {
  path: string;
  /** Byte offset to begin at. In the middle of a line, the rest of that line is skipped. */
  from: number;
  /**
   * How long after lines were read new ones may wait, ms, to be read together. Called when the file grows, and now and then
   * while they wait. Absent: they never wait.
   */
  holdMs?(): number;
  /**
   * Gets whole lines, the offset behind the last of them, and its hash, see {@link hashOfLine}. If it throws, the same lines
   * come again.
   */
  onLines(lines: readonly string[], offset: number, last: string): void;
  /** The file was cut, or replaced by one that does not continue it: it is read from its start. */
  onRestart(reason: string): void;
  /**
   * The file is no longer at its path. `to`: the path to which the agent moved it, where it is followed from now on;
   * null: it was deleted, or nobody knows where it is, and its path is watched for a new file.
   */
  onGone?(to: string | null): void;
  /** See `WatchRequest`. Called for the file and for its folder. */
  onPolling?(isPolling: boolean): void;
  /** Reading failed; it is tried again. */
  onTrouble(reason: string): void;
}

/** A file that is being followed. */
export interface Tail {
  /** Resolves when everything in the file at the time of the call was handed over. */
  caughtUp(): Promise<void>;
  stop(): void;
}

interface TailState extends TailOptions {
  file: FileHandle | undefined;
  inode: number;
  /** The last line handed over, hashed; undefined before the first. */
  last: string | undefined;
  /** The open file has lost its path, and it is not known where the agent continues. */
  isAway: boolean;
  /** Why the file before was left, until another one is at its path. */
  left: string | undefined;
  lines: TailLines;
  /** The offset it began at is known to be the start of a line, or the rest of that line is skipped. */
  hasLineStart: boolean;
  isStopped: boolean;
  /** The file may have changed since it was last read. */
  isDirty: boolean;
  running: Promise<void> | undefined;
  fileWatch: PathWatch | undefined;
  folderWatch: FolderWatch;
  retryTimer: NodeJS.Timeout | undefined;
  holdTimer: NodeJS.Timeout | undefined;
  /** How many of its two watches look at their paths instead, because no watch is left. */
  polls: number;
  /** When it was last read to its end, monotonic ms. */
  readAt: number;
}

/**
 * Follows a file of lines as it grows, by notifications of the kernel: nothing runs while nothing is written. Only while
 * the system has no watch left is the file looked at once a second. It may not exist yet; it may be cut, moved, replaced
 * or deleted.
 */
export function tail(options: TailOptions): Tail {
  const state: TailState = {
    ...options,
    file: undefined,
    inode: 0,
    last: undefined,
    isAway: false,
    left: undefined,
    lines: linesAt(options.from),
    hasLineStart: options.from === 0,
    isStopped: false,
    isDirty: false,
    running: undefined,
    fileWatch: undefined,
    folderWatch: createFolderWatch({
      path: () => state.path,
      isFileOpen: () => state.file !== undefined,
      onChange: () => wake(state),
      onPolling: (isPolling) => onPolling(state, isPolling),
    }),
    retryTimer: undefined,
    holdTimer: undefined,
    polls: 0,
    readAt: -Infinity,
  };
  wake(state);
  return {
    async caughtUp() {
      wake(state);
      while (state.running !== undefined) await state.running;
    },
    stop: () => stop(state),
  };
}

function stop(state: TailState): void {
  state.isStopped = true;
  clearTimeout(state.retryTimer);
  clearTimeout(state.holdTimer);
  state.folderWatch.close();
  const close = (): void => {
    void closeFile(state);
  };
  if (state.running === undefined) close();
  else void state.running.then(close, close);
}

function onGrowth(state: TailState): void {
  // A watch may report something after it was closed; `holdMs` may not be called then.
  if (state.isStopped || state.holdTimer !== undefined) return;
  const waitMs = state.readAt + (state.holdMs?.() ?? 0) - performance.now();
  if (waitMs <= 0) return wake(state);
  pauseWatches(state);
  state.holdTimer = setTimeout(
    () => {
      state.holdTimer = undefined;
      onGrowth(state);
    },
    Math.min(waitMs, HOLD_CHECK_MS),
  );
}

/**
 * While lines wait, nothing more needs to be noticed: the reading after that looks at everything. An agent that writes
 * twenty lines a second would cause forty notifications.
 */
function pauseWatches(state: TailState): void {
  if (state.polls > 0) return;
  state.fileWatch?.close();
  state.fileWatch = undefined;
  state.folderWatch.close();
}

function onPolling(state: TailState, isPolling: boolean): void {
  state.polls += isPolling ? 1 : -1;
  state.onPolling?.(isPolling);
}

function wake(state: TailState): void {
  clearTimeout(state.holdTimer);
  state.holdTimer = undefined;
  if (state.isStopped) return;
  state.isDirty = true;
  state.running ??= run(state).finally(() => {
    state.running = undefined;
    if (state.isDirty && !state.isStopped && state.retryTimer === undefined) wake(state);
  });
}

async function run(state: TailState): Promise<void> {
  while (state.isDirty && !state.isStopped) {
    state.isDirty = false;
    try {
      await advance(state);
    } catch (error) {
      state.onTrouble(reasonOf(error));
      state.isDirty = true;
      state.retryTimer ??= setTimeout(() => {
        state.retryTimer = undefined;
        wake(state);
      }, RETRY_MS);
      return;
    }
  }
}

async function advance(state: TailState): Promise<void> {
  // Watch before looking: what changes in between wakes us once more.
  openFolderWatch(state);
  const stats = await findFile(state);
  if (stats === null) return;
  await leaveIfChanged(state, stats);
  if (state.left !== undefined) await takeSuccessor(state, state.left);
  const file = await openFile(state);
  state.fileWatch ??= watchFile(state);
  if (!state.hasLineStart) await findLineStart(state, file);
  await readToEnd(state, file, stats.size - state.lines.read);
  state.readAt = performance.now();
}

function openFolderWatch({ folderWatch, isStopped }: TailState): void {
  if (!isStopped) folderWatch.open();
}

function reopenFolderWatch({ folderWatch, isStopped }: TailState): void {
  if (isStopped) folderWatch.close();
  else folderWatch.reopen();
}

/** The file to read; null while there is none. */
async function findFile(state: TailState): Promise<Stats | null> {
  const stats = await statFile(state.path);
  if (stats !== null) {
    state.isAway = false;
    return stats;
  }
  const moved = await followMove(state);
  if (moved !== null) return moved;
  // Not there yet, or deleted, maybe with its folder, whose watch is deaf then.
  if (state.file !== undefined) {
    await leaveFile(state, 'it was deleted');
    state.onGone?.(null);
  }
  reopenFolderWatch(state);
  return statFile(state.path);
}

/** Stays with an open file that has another path now. Null if the file is gone, or is not open. */
async function followMove(state: TailState): Promise<Stats | null> {
  const { file } = state;
  if (file === undefined) return null;
  const stats = await file.stat();
  if (stats.nlink === 0) return null;
  const to = placeOf(file, state.path);
  // With another name it is a log that was rotated: its writer may still have it open, and the next one comes to the path.
  if (to === null || basename(to) !== basename(state.path)) {
    if (!state.isAway) state.onGone?.(null);
    state.isAway = true;
    return stats;
  }
  state.path = to;
  state.isAway = false;
  // Where no watch is left, it is the path that is looked at.
  state.fileWatch?.close();
  state.fileWatch = undefined;
  reopenFolderWatch(state);
  state.onGone?.(to);
  return stats;
}

function placeOf({ fd }: FileHandle, path: string): string | null {
  try {
    return realPathOf(fd, path);
  } catch (error) {
    if (error instanceof ForeignFileError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function statFile(path: string): Promise<Stats | null> {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
}

async function leaveIfChanged(state: TailState, { ino, size }: Stats): Promise<void> {
  if (state.file !== undefined && ino !== state.inode) {
    await leaveFile(state, 'it was replaced by another file');
    reopenFolderWatch(state);
  } else if (state.left === undefined && size < state.lines.read) {
    restart(state, 'it became shorter');
  }
}

/** Reads the rest of a file that has lost its path. What is at the path next may continue it. */
async function leaveFile(state: TailState, reason: string): Promise<void> {
  if (state.file !== undefined) await readToEnd(state, state.file, 0);
  await closeFile(state);
  state.left = reason;
}

/** Another file is at the path: continues where the one before ended, if this one continues it. */
async function takeSuccessor(state: TailState, reason: string): Promise<void> {
  const { lines, last } = state;
  const offset = lines.read - lines.restLength;
  if (await continuesAt(state.path, { offset, last })) state.lines = linesAt(offset);
  else restart(state, reason);
  state.left = undefined;
}

function restart(state: TailState, reason: string): void {
  state.onRestart(reason);
  state.lines = linesAt(0);
  state.hasLineStart = true;
}

async function openFile(state: TailState): Promise<FileHandle> {
  if (state.file !== undefined) return state.file;
  state.file = await openForeign(state.path);
  state.inode = (await state.file.stat()).ino;
  return state.file;
}

async function closeFile(state: TailState): Promise<void> {
  state.fileWatch?.close();
  state.fileWatch = undefined;
  const { file } = state;
  state.file = undefined;
  await file?.close();
}

function watchFile(state: TailState): PathWatch {
  return watchPath({
    path: state.path,
    polled: [state.path],
    onChange: () => onGrowth(state),
    onPolling: (isPolling) => onPolling(state, isPolling),
  });
}

/** If it begins in the middle of a line, the rest of that line is skipped. */
async function findLineStart(state: TailState, file: FileHandle): Promise<void> {
  const before = Buffer.alloc(1);
  const { bytesRead } = await file.read(before, 0, 1, state.lines.read - 1);
  state.lines.isSkipping = bytesRead === 1 && !endsLine(before[0]);
  state.hasLineStart = true;
}

/** `expected`: how many bytes there are to read, unless more come meanwhile. */
async function readToEnd(state: TailState, file: FileHandle, expected: number): Promise<void> {
  const { lines } = state;
  const onLines = (taken: readonly string[], offset: number): void => {
    const last = hashOfLine(taken.at(-1) ?? '');
    state.onLines(taken, offset, last);
    state.last = last;
  };
  // Mostly it is a line or two of many files: a full chunk for each would be tens of megabytes a second.
  let chunk = Buffer.allocUnsafe(Math.min(CHUNK.most, Math.max(0, expected) + CHUNK.spare));
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, lines.read);
    if (bytesRead === 0 || state.isStopped) return;
    takeBytes(lines, chunk.subarray(0, bytesRead), onLines);
    // That was the end. What is written from now on is reported.
    if (bytesRead < chunk.length) return;
    if (chunk.length < CHUNK.most) chunk = Buffer.allocUnsafe(CHUNK.most);
  }
}
