import { existsSync, watch, type FSWatcher, type Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { reasonOf } from '@ccbot/shared/faults/fault';

/** How much is read at once at the most, and at the least, bytes: large enough for one read a line, small enough to let others run in between. */
const CHUNK = { most: 256 * 1024, least: 4 * 1024 };

/** A line longer than this, bytes, is handed over as an empty one: no record of an agent comes near it. */
export const LINE_MAX = 32 * 1024 * 1024;

/** A consumer that could not take lines (a full disk) is offered them again after this long, ms. */
const AGAIN_MS = 5_000;

/** What is followed, and who takes its lines. */
export interface TailOptions {
  path: string;
  /** Byte offset to begin at; in the middle of a line: its rest is skipped. */
  from: number;
  /** How long after lines were read the next ones may wait, ms, to be read together; asked whenever some come. Absent: they never wait. */
  holdMs?(): number;
  /** Takes whole lines, and the offset behind the last of them. When it throws, the same lines come again. */
  onLines(lines: readonly string[], offset: number): void;
  /** The file was cut or replaced by another one: it is read from its start. */
  onRestart(reason: string): void;
  onTrouble(reason: string): void;
}

/** A file that is being followed. */
export interface Tail {
  /** Resolves when all that was in the file at the call has been handed over. */
  caughtUp(): Promise<void>;
  stop(): void;
}

/**
 * Follows a file of lines as it grows, by the kernel's notifications alone: nothing runs while nothing is written.
 * The file may be missing yet; it may be cut, replaced or deleted.
 */
export function tail(options: TailOptions): Tail {
  const { path } = options;
  const name = basename(path);
  let file: FileHandle | undefined;
  let inode = 0;
  /** Offset behind the last line handed over. */
  let done = options.from;
  /** Offset behind the last byte read; what lies between is `rest`. */
  let read = options.from;
  let rest: Buffer[] = [];
  let restLength = 0;
  let skipping = false;
  let checkedStart = options.from === 0;
  let stopped = false;
  let dirty = false;
  let running: Promise<void> | undefined;
  let fileWatch: FSWatcher | undefined;
  let folderWatch: FSWatcher | undefined;
  let again: NodeJS.Timeout | undefined;
  let held: NodeJS.Timeout | undefined;
  /** When it was last read to its end, monotonic ms. */
  let readAt = -Infinity;

  function grown(): void {
    // A watch may tell of something yet when it is closed; whoever says how long to wait may be gone then.
    if (stopped) return;
    const waitMs = readAt + (options.holdMs?.() ?? 0) - performance.now();
    if (waitMs <= 0) return wake();
    held ??= setTimeout(wake, waitMs);
  }

  function wake(): void {
    clearTimeout(held);
    held = undefined;
    if (stopped) return;
    dirty = true;
    running ??= run().finally(() => {
      running = undefined;
      if (dirty && !stopped && again === undefined) wake();
    });
  }

  async function run(): Promise<void> {
    while (dirty && !stopped) {
      dirty = false;
      try {
        await advance();
      } catch (error) {
        options.onTrouble(reasonOf(error));
        dirty = true;
        again ??= setTimeout(() => {
          again = undefined;
          wake();
        }, AGAIN_MS);
        return;
      }
    }
  }

  async function advance(): Promise<void> {
    // Watching comes before looking: what changes in between wakes us once more.
    watchFolder();
    let there = await look();
    if (there === null) {
      // Not there yet, or deleted, maybe with its folder, whose watch is deaf then.
      if (file !== undefined) restart('it was deleted');
      await shut();
      watchFolderAnew();
      there = await look();
      if (there === null) return;
    }
    if (file !== undefined && there.ino !== inode) {
      restart('it was replaced by another file');
      await shut();
      watchFolderAnew();
    } else if (there.size < read) {
      restart('it became shorter');
    }
    if (file === undefined) {
      file = await open(path, 'r');
      inode = (await file.stat()).ino;
    }
    fileWatch ??= guarded(watch(path, () => grown()));
    if (!checkedStart) await findLineStart(file);
    await readOn(file, there.size - read);
    readAt = performance.now();
  }

  function look(): Promise<Stats | null> {
    return stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
      throw error;
    });
  }

  function restart(reason: string): void {
    options.onRestart(reason);
    done = read = 0;
    rest = [];
    restLength = 0;
    skipping = false;
    checkedStart = true;
  }

  /** An offset in the middle of a line belongs to a line that was never whole for us. */
  async function findLineStart(handle: FileHandle): Promise<void> {
    const before = Buffer.alloc(1);
    const { bytesRead } = await handle.read(before, 0, 1, done - 1);
    skipping = bytesRead === 1 && before[0] !== NEWLINE;
    checkedStart = true;
  }

  /** `expected`: how many bytes there are to be read, unless more come meanwhile. */
  async function readOn(handle: FileHandle, expected: number): Promise<void> {
    // Most of the time it is a line or two of many files: a full chunk for each would be tens of megabytes a second.
    let chunk = Buffer.allocUnsafe(Math.min(CHUNK.most, Math.max(CHUNK.least, expected + 1)));
    for (;;) {
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, read);
      if (bytesRead === 0 || stopped) return;
      take(chunk.subarray(0, bytesRead));
      if (bytesRead === chunk.length && bytesRead < CHUNK.most) chunk = Buffer.allocUnsafe(CHUNK.most); // it grows
    }
  }

  function take(bytes: Buffer): void {
    const lines: string[] = [];
    let start = 0;
    let end = bytes.indexOf(NEWLINE);
    if (end < 0) {
      keep(bytes);
      read += bytes.length;
      return;
    }
    const heldBefore = rest;
    const lengthBefore = restLength;
    const skippedBefore = skipping;
    for (; end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      const piece = bytes.subarray(start, end);
      if (skipping) skipping = false;
      else if (restLength + piece.length > LINE_MAX) lines.push('');
      else lines.push((rest.length === 0 ? piece : Buffer.concat([...rest, piece])).toString('utf8'));
      rest = [];
      restLength = 0;
      start = end + 1;
    }
    try {
      options.onLines(lines, read + start);
    } catch (error) {
      rest = heldBefore;
      restLength = lengthBefore;
      skipping = skippedBefore;
      throw error;
    }
    done = read + start;
    read += bytes.length;
    keep(bytes.subarray(start));
  }

  /** Holds the beginning of a line whose end has not been written yet. */
  function keep(piece: Buffer): void {
    restLength += piece.length;
    if (piece.length > 0 && restLength <= LINE_MAX && !skipping) rest.push(Buffer.from(piece));
  }

  /** Tells of a file that comes, or takes the place of the one that is read. */
  function watchFolder(): void {
    if (folderWatch !== undefined || stopped) return;
    // The nearest folder that exists: an agent makes the last one only with its first record.
    for (let folder = dirname(path), below: string | null = null; ; folder = dirname(folder)) {
      try {
        const nearest = below === null;
        const watcher = guarded(watch(folder, (kind, changed) => onFolder(nearest, folder, kind, changed)));
        if (below !== null && existsSync(below)) {
          // It was made while we climbed past it.
          watcher.close();
          return watchFolder();
        }
        folderWatch = watcher;
        return;
      } catch (error) {
        if (folder === dirname(folder)) throw error;
        below = folder;
      }
    }
  }

  function onFolder(nearest: boolean, folder: string, kind: string, changed: string | null): void {
    if (!nearest) {
      unwatchFolder();
      return wake();
    }
    // A file that is read tells of its growth itself. A folder that goes away tells its own name.
    const news = kind === 'rename' || file === undefined;
    if (news && (changed === null || changed === name || changed === basename(folder))) wake();
  }

  function unwatchFolder(): void {
    folderWatch?.close();
    folderWatch = undefined;
  }

  function watchFolderAnew(): void {
    unwatchFolder();
    watchFolder();
  }

  function guarded(watcher: FSWatcher): FSWatcher {
    // The watched thing vanished; the folder above tells what comes next.
    watcher.on('error', () => wake());
    return watcher;
  }

  async function shut(): Promise<void> {
    fileWatch?.close();
    fileWatch = undefined;
    const old = file;
    file = undefined;
    await old?.close();
  }

  wake();
  return {
    async caughtUp() {
      wake();
      while (running !== undefined) await running;
    },
    stop() {
      stopped = true;
      clearTimeout(again);
      clearTimeout(held);
      unwatchFolder();
      const close = (): void => {
        void shut();
      };
      if (running === undefined) close();
      else void running.then(close, close);
    },
  };
}

const NEWLINE = 10;
