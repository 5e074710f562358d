import { watch, type FSWatcher } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { reasonOf } from '@ccbot/shared/faults/fault';

/** How much is read at once, bytes: large enough for one read a line, small enough to let others run in between. */
const CHUNK = 256 * 1024;

/** A line longer than this, bytes, is handed over as an empty one: no record of an agent comes near it. */
export const LINE_MAX = 32 * 1024 * 1024;

/** A consumer that could not take lines (a full disk) is offered them again after this long, ms. */
const AGAIN_MS = 5_000;

/** What is followed, and who takes its lines. */
export interface TailOptions {
  path: string;
  /** Byte offset to begin at; in the middle of a line: its rest is skipped. */
  from: number;
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

  function wake(): void {
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
    const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
      throw error;
    });
    if (there === null) {
      // Not there yet, or deleted: the folder tells when it comes.
      if (file !== undefined) restart('it was deleted');
      await shut();
      watchFolder();
      return;
    }
    if (file !== undefined && there.ino !== inode) {
      restart('it was replaced by another file');
      await shut();
    } else if (there.size < read) {
      restart('it became shorter');
    }
    if (file === undefined) {
      file = await open(path, 'r');
      inode = (await file.stat()).ino;
      watchFile();
    }
    watchFolder();
    if (!checkedStart) await findLineStart(file);
    await readOn(file);
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

  async function readOn(handle: FileHandle): Promise<void> {
    const chunk = Buffer.allocUnsafe(CHUNK);
    for (;;) {
      const { bytesRead } = await handle.read(chunk, 0, CHUNK, read);
      if (bytesRead === 0 || stopped) return;
      take(chunk.subarray(0, bytesRead));
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

  function watchFile(): void {
    fileWatch ??= guarded(watch(path, () => wake()));
  }

  /** Tells of a file that comes, or takes the place of the one that is read. */
  function watchFolder(): void {
    if (folderWatch !== undefined || stopped) return;
    // The nearest folder that exists: an agent makes the last one only with its first record.
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      try {
        const wanted = folder === dirname(path) ? name : null;
        folderWatch = guarded(
          watch(folder, (kind, changed) => {
            if (wanted === null) {
              folderWatch?.close();
              folderWatch = undefined;
              wake();
            } else if (kind === 'rename' && (changed === null || changed === wanted)) wake();
          }),
        );
        return;
      } catch (error) {
        if (folder === dirname(folder)) throw error;
      }
    }
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
      folderWatch?.close();
      const close = (): void => {
        void shut();
      };
      if (running === undefined) close();
      else void running.then(close, close);
    },
  };
}

const NEWLINE = 10;
