import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openForeign } from '@ccbot/shared/files/foreign-file';
import { ForeignFileError, type LinkRule } from '@ccbot/shared/files/foreign-rules';
import { FILE_LIMITS, type FileKind } from '@ccbot/shared/files/limits';
import { decompress } from './zstd';

/** The largest transcript that is decompressed, bytes: as much as an export reads of a plain one. */
const CONTENT_MAX = 1024 * 1024 * 1024;

/** Whether an agent has compressed the transcript at a path: it writes no more to it. */
export function isCompressed(path: string): boolean {
  return path.endsWith('.zst');
}

/** The path at which the agent writes the transcript again once it resumes the session. */
export function plainPath(path: string): string {
  return isCompressed(path) ? path.slice(0, -'.zst'.length) : path;
}

/**
 * Opens a transcript to read it at any offset; a compressed one as a decompressed copy, which has no name and is gone
 * with its handle. Rejects as `openForeign` does, and for a content of more than `max` bytes. The caller closes the handle.
 */
export async function openTranscript(path: string, max = CONTENT_MAX): Promise<FileHandle> {
  const file = await openForeign(path);
  if (!isCompressed(path)) return file;
  try {
    return await decompressedCopy(path, file, max);
  } finally {
    await file.close();
  }
}

async function decompressedCopy(path: string, file: FileHandle, max: number): Promise<FileHandle> {
  const copy = await unnamedFile();
  try {
    let length = 0;
    for await (const piece of decompress(path, file)) {
      length += piece.length;
      if (length > max) throw new ForeignFileError(path, 'too-large', `it is larger than ${max} bytes`);
      await copy.appendFile(piece);
    }
    return copy;
  } catch (error) {
    await copy.close();
    throw error;
  }
}

async function unnamedFile(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'ccbot-transcript-'));
  try {
    return await open(join(folder, 'transcript'), 'ax+', 0o600);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The first bytes of a compressed file, as text, as many as the limit of its kind. */
export async function headOfCompressed(path: string, kind: FileKind, links: LinkRule): Promise<string> {
  const max = FILE_LIMITS[kind];
  const file = await openForeign(path, links);
  try {
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const piece of decompress(path, file)) {
      pieces.push(piece);
      length += piece.length;
      if (length >= max) break;
    }
    return Buffer.concat(pieces).subarray(0, max).toString('utf8');
  } finally {
    await file.close();
  }
}
