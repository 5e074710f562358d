import type { Readable } from 'node:stream';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { TroubleCode } from '@ccbot/shared/net/classify';
import type { FileSource } from '../telegram/files';
import { FolderError, folderError, openPlace, type OpenFile } from './folder';

/** The largest file that a bot can download, bytes (Bot API, getFile). */
export const FILE_MAX = 20 * 1024 * 1024;

/** A download without a byte for this long is dead, ms. */
const STALL_MS = 30_000;

/** Outcome of a download: the whole file is in place; or why not, and whether to try again. */
export type Fetched =
  | { is: 'there' }
  | { is: 'too-big' }
  | { is: 'refused'; reason: string; trouble?: TroubleCode }
  | { is: 'no-place'; error: FolderError }
  | { is: 'again'; reason: string; trouble?: TroubleCode }
  | { is: 'stopped' };

export interface FetchDeps {
  files: FileSource;
  /** Absent: opens a file on disk. */
  openFile?: OpenFile;
  stallMs?: number;
}

/** Downloads a file to `path`. Afterwards the whole file is there, or nothing. */
export async function fetchFile(
  deps: FetchDeps,
  fileId: string,
  path: string,
  stop: AbortSignal,
): Promise<Fetched> {
  const stalled = new AbortController();
  const signal = AbortSignal.any([stop, stalled.signal]);
  const timer = setTimeout(() => stalled.abort(), deps.stallMs ?? STALL_MS);
  try {
    const opened = await deps.files.open(fileId, signal);
    if (stop.aborted) return { is: 'stopped' };
    if (!opened.ok) {
      const { failure } = opened;
      const why = { reason: failure.text, ...(failure.trouble && { trouble: failure.trouble.code }) };
      if (failure.kind !== 'refused') return { is: 'again', ...why };
      return failure.reason === 'too-large' ? { is: 'too-big' } : { is: 'refused', ...why };
    }
    return await writeFile(deps, opened.bytes, path, signal, () => timer.refresh());
  } catch (error) {
    if (error instanceof FolderError) return { is: 'no-place', error };
    if (stop.aborted) return { is: 'stopped' };
    return { is: 'again', reason: stalled.signal.aborted ? 'the download stalled' : reasonOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

async function writeFile(
  deps: FetchDeps,
  bytes: Readable,
  path: string,
  signal: AbortSignal,
  onProgress: () => void,
): Promise<Fetched> {
  const onAbort = (): void => void bytes.destroy(new Error('ended'));
  signal.addEventListener('abort', onAbort);
  // The stream may break before anything reads it: the error must not be lost.
  const broken = new AbortController();
  bytes.on('error', (error) => broken.abort(error));
  try {
    const place = await openPlace(path, deps.openFile);
    try {
      broken.signal.throwIfAborted();
      let size = 0;
      for await (const chunk of bytes as AsyncIterable<Buffer>) {
        onProgress();
        size += chunk.length;
        if (size > FILE_MAX) {
          await place.discard();
          return { is: 'too-big' };
        }
        await writeChunk(place.handle, chunk, path);
      }
    } catch (error) {
      await place.discard();
      throw error;
    }
    await place.keep();
    return { is: 'there' };
  } finally {
    signal.removeEventListener('abort', onAbort);
    bytes.destroy();
  }
}

async function writeChunk(
  handle: { write(data: Buffer): Promise<{ bytesWritten: number }> },
  chunk: Buffer,
  path: string,
): Promise<void> {
  try {
    let rest = chunk;
    while (rest.length > 0) rest = rest.subarray((await handle.write(rest)).bytesWritten);
  } catch (error) {
    throw folderError(path, error);
  }
}
