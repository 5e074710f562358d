import { closeSync, fstatSync, openSync, readSync, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { StringDecoder } from 'node:string_decoder';

/** A file that is read on as it grows. */
export interface Tail {
  path: string;
  fd: number | null;
  /** Behind what was read, bytes. */
  offset: number;
  rest: string;
  decoder: StringDecoder;
}

const CHUNK = 64 * 1_024;

/** Opens the files at the ends of their last whole lines. What is shown of them before ends there. */
export function openTails(paths: readonly string[]): Tail[] {
  return paths.map((path) => ({ path, rest: '', decoder: new StringDecoder('utf8'), ...open(path, 'end') }));
}

/**
 * Hands on each line that is added behind the tails, across rotations. The files lie in one directory, which must
 * be there. Closed by its owner, and the tails with it.
 */
export function followFiles(tails: readonly Tail[], onLine: (line: string) => void): { close(): void } {
  const directory = dirname(tails[0]?.path ?? '.');
  const look = (): void => {
    for (const tail of tails) readOn(tail, onLine);
  };
  const watcher = watch(directory, look);
  watcher.on('error', () => undefined); // the directory was removed: nothing more will come
  look(); // what came between opening and watching
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
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { fd: null, offset: 0 }; // it will come
    throw error;
  }
}

/** Where the last whole line ends; the file's end when there is none in its last part. */
function endOfLines(fd: number): number {
  const { size } = fstatSync(fd);
  const start = Math.max(0, size - CHUNK);
  const buffer = Buffer.alloc(size - start);
  const newline = buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, start)).lastIndexOf(0x0a);
  return newline >= 0 ? start + newline + 1 : start === 0 ? 0 : size;
}

function readOn(tail: Tail, onLine: (line: string) => void): void {
  for (;;) {
    drain(tail, onLine);
    if (!wasReplaced(tail)) return;
    // Rotated: the old file is read to its end, as more may have come since, the new one from its beginning.
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
    const there = statSync(tail.path);
    if (tail.fd === null) return true;
    const mine = fstatSync(tail.fd);
    return there.ino !== mine.ino || there.dev !== mine.dev;
  } catch {
    return false; // between two files, or gone: nothing to open yet
  }
}
