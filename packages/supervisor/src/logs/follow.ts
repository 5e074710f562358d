import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { watchPath } from '@ccbot/shared/files/watch-path';

/** A file that we keep reading as it grows. */
export interface Tail {
  path: string;
  fd: number | null;
  /** The end of what was read, bytes. */
  offset: number;
  rest: string;
  decoder: StringDecoder;
}

const CHUNK = 64 * 1_024;

/** Opens the files at the end of their last complete lines. Lines before that are shown separately. */
export function openTails(paths: readonly string[]): Tail[] {
  return paths.map((path) => ({ path, rest: '', decoder: new StringDecoder('utf8'), ...open(path, 'end') }));
}

/**
 * Calls `onLine` with each line added to the files, across rotations. The files are in one directory, which must exist.
 * `close` also closes the tails.
 */
export function followFiles(tails: readonly Tail[], onLine: (line: string) => void): { close(): void } {
  const directory = dirname(tails[0]?.path ?? '.');
  const readAll = (): void => {
    for (const tail of tails) readNew(tail, onLine);
  };
  const watcher = watchPath({ path: directory, polled: tails.map(({ path }) => path), onChange: readAll });
  readAll(); // lines from between opening and watching
  return {
    close() {
      watcher.close();
      for (const tail of tails) if (tail.fd !== null) closeSync(tail.fd);
    },
  };
}

function open(path: string, from: 'start' | 'end'): Pick<Tail, 'fd' | 'offset'> {
  try {
    const fd = openSync(path, 'r');
    return { fd, offset: from === 'end' ? endOfLines(fd) : 0 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { fd: null, offset: 0 }; // not created yet
    throw error;
  }
}

/** Where the last complete line ends, or the file's end if its last part contains none. */
function endOfLines(fd: number): number {
  const { size } = fstatSync(fd);
  const start = Math.max(0, size - CHUNK);
  const buffer = Buffer.alloc(size - start);
  const newline = buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, start)).lastIndexOf(0x0a);
  return newline >= 0 ? start + newline + 1 : start === 0 ? 0 : size;
}

function readNew(tail: Tail, onLine: (line: string) => void): void {
  for (;;) {
    drain(tail, onLine);
    if (!wasReplaced(tail)) return;
    // Rotated. First read the rest of the old file, which may have grown since, then the new one from its start.
    drain(tail, onLine);
    if (tail.fd !== null) closeSync(tail.fd);
    Object.assign(tail, open(tail.path, 'start'));
    if (tail.fd === null) return;
  }
}

function drain(tail: Tail, onLine: (line: string) => void): void {
  if (tail.fd === null) return;
  const { size } = fstatSync(tail.fd);
  if (size < tail.offset) tail.offset = 0; // emptied in place
  const buffer = Buffer.alloc(CHUNK);
  for (;;) {
    const count = readSync(tail.fd, buffer, 0, CHUNK, tail.offset);
    if (count === 0) return;
    tail.offset += count;
    const lines = (tail.rest + tail.decoder.write(buffer.subarray(0, count))).split('\n');
    tail.rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') onLine(line);
  }
}

function wasReplaced(tail: Tail): boolean {
  try {
    const current = statSync(tail.path);
    if (tail.fd === null) return true;
    const opened = fstatSync(tail.fd);
    return current.ino !== opened.ino || current.dev !== opened.dev;
  } catch {
    return false; // no file at the path, for now or for good
  }
}
