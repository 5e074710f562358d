import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';

/** 5 files of 5 MB hold several weeks of ordinary use. */
export const MAX_FILES = 5;

export interface RotatingFileOptions {
  path: string;
  /** The size limit of one file, bytes. */
  maxBytes: number;
  /** How many files are kept, including the current one. */
  maxFiles: number;
}

/** The names of a log's files, newest first, such as `worker.log`, `worker.1.log`. */
export function rotatedNames({ path, maxFiles }: Pick<RotatingFileOptions, 'path' | 'maxFiles'>): string[] {
  const end = extname(path);
  const stem = join(dirname(path), basename(path, end));
  return Array.from({ length: maxFiles }, (_, i) => (i === 0 ? path : `${stem}.${i}${end}`));
}

/**
 * Appends a text to the file and rotates it when it is full. Synchronous, so that nothing is lost if the program
 * crashes right after. Opens the file each time, so that another program may move or remove it. Throws the file
 * system's errors.
 */
export function appendRotating(options: RotatingFileOptions, text: string): void {
  const bytes = Buffer.from(text);
  let fd = openSync(options.path, 'a', 0o600);
  try {
    const { size } = fstatSync(fd);
    if (size > 0 && size + bytes.length > options.maxBytes) {
      closeSync(fd);
      fd = -1;
      rotate(options);
      fd = openSync(options.path, 'a', 0o600);
    }
    for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
  } finally {
    if (fd !== -1) closeSync(fd);
  }
}

function rotate(options: RotatingFileOptions): void {
  const names = rotatedNames(options);
  rmSync(names.at(-1) ?? options.path, { force: true });
  for (let i = names.length - 2; i >= 0; i--) {
    try {
      renameSync(names[i] ?? '', names[i + 1] ?? '');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // not that many files yet
    }
  }
}
