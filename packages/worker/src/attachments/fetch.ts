import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { TroubleCode } from '@ccbot/shared/net/classify';
import type { FileOpened, FileSource, WantedFile } from '../telegram/files';
import { fitsInto, PUBLIC_LIMITS, type LocalProblem } from '../telegram/local-files';
import { FolderError, folderError, openPlace, type OpenFile } from './folder';

/** A download without a byte for this long is dead, ms. */
const STALL_MS = 30_000;

/** Outcome of a download: the whole file is in place; or why not, and whether to try again. */
export type Fetched =
  | { is: 'there' }
  /** `max`: the server's limit, bytes. */
  | { is: 'too-big'; max: number }
  /** The server has it on its own disk, where ccbot cannot get it. */
  | { is: 'not-here'; why: LocalProblem; path: string }
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
  file: WantedFile,
  path: string,
  stop: AbortSignal,
): Promise<Fetched> {
  const stalled = new AbortController();
  const signal = AbortSignal.any([stop, stalled.signal]);
  const { files, stallMs = STALL_MS } = deps;
  let timer = setTimeout(() => stalled.abort(), Math.max(stallMs, files.patienceMs(file.size)));
  try {
    const opened = await files.open(file, signal);
    clearTimeout(timer);
    timer = setTimeout(() => stalled.abort(), stallMs);
    if (stop.aborted) return { is: 'stopped' };
    if (!opened.ok) return notOpened(opened, files.max);
    return await writeFile(deps, opened, path, signal, () => timer.refresh());
  } catch (error) {
    if (error instanceof FolderError) return { is: 'no-place', error };
    if (stop.aborted) return { is: 'stopped' };
    return { is: 'again', reason: stalled.signal.aborted ? 'the download stalled' : reasonOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

function notOpened(opened: Extract<FileOpened, { ok: false }>, max: number): Fetched {
  if ('local' in opened) {
    const { local: why, path } = opened;
    return why === 'too-large' ? { is: 'too-big', max } : { is: 'not-here', why, path };
  }
  const { failure } = opened;
  const why = { reason: failure.text, ...(failure.trouble && { trouble: failure.trouble.code }) };
  if (failure.kind !== 'refused') return { is: 'again', ...why };
  // A server of one's own that has the public limits says so only now.
  if (failure.reason === 'too-large') return { is: 'too-big', max: PUBLIC_LIMITS.download };
  return { is: 'refused', ...why };
}

async function writeFile(
  deps: FetchDeps,
  { bytes, size: expected }: { bytes: Readable; size?: number },
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
    if (expected !== undefined && !(await fitsInto(dirname(path), expected))) {
      throw new FolderError('disk-full', path, `no room for ${expected} bytes`);
    }
    const place = await openPlace(path, deps.openFile);
    try {
      broken.signal.throwIfAborted();
      let size = 0;
      for await (const chunk of bytes as AsyncIterable<Buffer>) {
        onProgress();
        size += chunk.length;
        if (size > deps.files.max) {
          await place.discard();
          return { is: 'too-big', max: deps.files.max };
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
