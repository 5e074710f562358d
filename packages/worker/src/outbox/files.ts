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
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fault, FaultError } from '@ccbot/shared/faults/fault';
import type { KeptFile } from '../cards/view';

/** The outbox's own copies of files that are to be sent: what is wished for outlives the program and its origin. */
export interface OutboxFiles {
  /**
   * Copies a file or bytes before it returns. Throws what the file system says, and a {@link FaultError} `STORE_FULL`
   * when the disk is full; nothing is left behind then.
   */
  take(content: { path: string } | { bytes: Uint8Array }): KeptFile;
  /** As `take`, without holding up anything else meanwhile; for large files. The copy is for one wish. */
  keep(path: string): Promise<KeptFile>;
  pathOf(kept: KeptFile): string;
  drop(kept: readonly KeptFile[]): void;
  /** Removes every copy but these: what a crash left between a copy and its wish. */
  sweep(inUse: readonly KeptFile[]): void;
}

/** How much is copied at once, bytes. */
const CHUNK = 256 * 1024;

/** Files kept in `dir`, 0700, which is made when it is not there. */
export function createOutboxFiles(dir: string): OutboxFiles {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const at = (id: string): string => join(dir, id);

  function take(content: { path: string } | { bytes: Uint8Array }): KeptFile {
    const id = randomUUID();
    if ('path' in content) mustBeFile(content.path);
    const from = 'path' in content ? openSync(content.path, 'r') : null;
    try {
      const to = openSync(at(id), 'wx', 0o600);
      try {
        const hash = createHash('sha256');
        let size = 0;
        for (const chunk of from === null && 'bytes' in content ? [content.bytes] : chunksOf(from)) {
          hash.update(chunk);
          size += chunk.length;
          for (let done = 0; done < chunk.length;) done += writeSync(to, chunk, done);
        }
        fsyncSync(to); // a wish never names what a power cut took back
        return { id, sha: hash.digest('base64'), size };
      } finally {
        closeSync(to);
      }
    } catch (error) {
      rmSync(at(id), { force: true });
      throw told(dir, error);
    } finally {
      if (from !== null) closeSync(from);
    }
  }

  async function keep(path: string): Promise<KeptFile> {
    const id = randomUUID();
    mustBeFile(path);
    const from = await open(path, 'r');
    try {
      const to = await open(at(id), 'wx', 0o600);
      try {
        const hash = createHash('sha256');
        const buffer = Buffer.alloc(CHUNK);
        let size = 0;
        for (;;) {
          const { bytesRead } = await from.read(buffer, 0, CHUNK, null);
          if (bytesRead === 0) break;
          hash.update(buffer.subarray(0, bytesRead));
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
      await rm(at(id), { force: true });
      throw told(dir, error);
    } finally {
      await from.close();
    }
  }

  return {
    take,
    keep,
    pathOf: ({ id }) => at(id),
    drop(kept) {
      for (const { id } of kept) rmSync(at(id), { force: true });
    },
    sweep(inUse) {
      const used = new Set(inUse.map(({ id }) => id));
      for (const name of readdirSync(dir)) if (!used.has(name)) rmSync(at(name), { force: true });
    },
  };
}

/** To open a pipe would wait for somebody who writes into it. */
function mustBeFile(path: string): void {
  if (!statSync(path).isFile()) throw new Error('it is not a file');
}

function* chunksOf(fd: number | null): Generator<Uint8Array> {
  if (fd === null) return;
  const buffer = Buffer.alloc(CHUNK);
  for (let n = readSync(fd, buffer); n > 0; n = readSync(fd, buffer)) yield buffer.subarray(0, n);
}

function told(path: string, error: unknown): unknown {
  const { code } = error as { code?: unknown };
  return code === 'ENOSPC' || code === 'EDQUOT' ? new FaultError(fault('STORE_FULL', { path })) : error;
}
