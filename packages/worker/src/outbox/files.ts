import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { fault, FaultError } from '@ccbot/shared/faults/fault';
import type { KeptFile } from '../cards/view';

/** The outbox's own copies of files: what is queued outlives the program and the original file. */
export interface OutboxFiles {
  /**
   * Copies a file or bytes before it returns. Throws the error of the file system, or a {@link FaultError} `STORE_FULL`
   * when the disk is full; neither leaves anything behind.
   */
  take(content: { path: string } | { bytes: Uint8Array }): KeptFile;
  /**
   * Copies an open file from its start, asynchronously, for large files. The copy is for one view. `onBytes` sees what is
   * copied, piece by piece; what it throws ends the copying. Otherwise as `take`.
   */
  keep(from: FileHandle, onBytes?: OnBytes): Promise<KeptFile>;
  /** Another copy of a copy, for another view. */
  again(kept: KeptFile): Promise<KeptFile>;
  pathOf(kept: KeptFile): string;
  drop(kept: readonly KeptFile[]): void;
  /** Deletes every copy except these: a crash may leave copies that no view uses. */
  sweep(inUse: readonly KeptFile[]): void;
}

/** The piece is valid only during the call. */
export type OnBytes = (piece: Uint8Array) => void;

/** Bytes copied at once. */
const CHUNK = 256 * 1024;

/** Files in `dir`, which is made if missing, 0700. */
export function createOutboxFiles(dir: string): OutboxFiles {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return {
    take: (content) => take(dir, content),
    keep: (from, onBytes) => keep(dir, from, onBytes),
    async again({ id }) {
      const from = await open(join(dir, id), 'r');
      try {
        return await keep(dir, from);
      } finally {
        await from.close();
      }
    },
    pathOf: ({ id }) => join(dir, id),
    drop(kept) {
      for (const { id } of kept) rmSync(join(dir, id), { force: true });
    },
    sweep(inUse) {
      const used = new Set(inUse.map(({ id }) => id));
      for (const name of readdirSync(dir)) if (!used.has(name)) rmSync(join(dir, name), { force: true });
    },
  };
}

function take(dir: string, content: { path: string } | { bytes: Uint8Array }): KeptFile {
  const id = randomUUID();
  const target = join(dir, id);
  if ('path' in content) mustBeFile(content.path);
  const from = 'path' in content ? openSync(content.path, 'r') : null;
  try {
    const to = openSync(target, 'wx', 0o600);
    try {
      const hash = createHash('sha256');
      let size = 0;
      for (const chunk of from === null && 'bytes' in content ? [content.bytes] : chunksOf(from)) {
        hash.update(chunk);
        size += chunk.length;
        for (let done = 0; done < chunk.length;) done += writeSync(to, chunk, done);
      }
      fsyncSync(to); // after a power cut no queued view may name a copy that is not there
      return { id, sha: hash.digest('base64'), size };
    } finally {
      closeSync(to);
    }
  } catch (error) {
    rmSync(target, { force: true });
    throw asFault(dir, error);
  } finally {
    if (from !== null) closeSync(from);
  }
}

async function keep(dir: string, from: FileHandle, onBytes: OnBytes = () => undefined): Promise<KeptFile> {
  const id = randomUUID();
  const target = join(dir, id);
  try {
    const to = await open(target, 'wx', 0o600);
    try {
      const hash = createHash('sha256');
      const buffer = Buffer.alloc(CHUNK);
      let size = 0;
      for (;;) {
        const { bytesRead } = await from.read(buffer, 0, CHUNK, size);
        if (bytesRead === 0) break;
        const piece = buffer.subarray(0, bytesRead);
        onBytes(piece);
        hash.update(piece);
        size += bytesRead;
        for (let done = 0; done < bytesRead;) {
          done += (await to.write(buffer, done, bytesRead - done)).bytesWritten;
        }
      }
      await to.sync();
      return { id, sha: hash.digest('base64'), size };
    } finally {
      await to.close();
    }
  } catch (error) {
    await rm(target, { force: true });
    throw asFault(dir, error);
  }
}

/** Opening a pipe would block until somebody writes into it. */
function mustBeFile(path: string): void {
  if (!statSync(path).isFile()) throw new Error('it is not a file');
}

function* chunksOf(fd: number | null): Generator<Uint8Array> {
  if (fd === null) return;
  const buffer = Buffer.alloc(CHUNK);
  for (let n = readSync(fd, buffer); n > 0; n = readSync(fd, buffer)) yield buffer.subarray(0, n);
}

/** A full disk as a fault; any other error as it is. */
function asFault(path: string, error: unknown): unknown {
  const { code } = error as { code?: unknown };
  return code === 'ENOSPC' || code === 'EDQUOT' ? new FaultError(fault('STORE_FULL', { path })) : error;
}
