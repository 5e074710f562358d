import type { FileHandle } from 'node:fs/promises';
import { Decompress } from 'fzstd';
import { ForeignFileError } from '@ccbot/shared/files/foreign-rules';

/** How much of a compressed file is read at once, bytes: it becomes some megabytes at most. */
const PIECE = 64 * 1024;

/** The most memory that a frame may ask for, bytes: `zstd` itself refuses more, and agents use a fraction of it. */
const WINDOW_MAX = 128 * 1024 * 1024;

const MAGIC = 0xfd2fb528;

/** The lengths of the content size in a frame's header, by the flag in its descriptor; the first may be 1. */
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;

/**
 * The content of a compressed file, piece by piece. Throws a {@link ForeignFileError} if it is damaged, cut off, or asks
 * for too much memory. Nothing is decompressed ahead of what is taken, so whoever takes it bounds its size.
 */
export async function* decompress(path: string, file: FileHandle): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  let isFirst = true;
  const stream = new Decompress((piece) => void ready.push(piece));
  for (let position = 0; ;) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(PIECE), 0, PIECE, position);
    const piece = buffer.subarray(0, bytesRead);
    if (isFirst) checkWindow(path, piece);
    isFirst = false;
    position += bytesRead;
    try {
      stream.push(piece, bytesRead === 0);
    } catch (error) {
      throw damaged(path, error instanceof Error ? error.message : String(error));
    }
    yield* ready.splice(0);
    if (bytesRead === 0) return;
  }
}

/** Throws unless the head of the file is that of a frame with a bearable window. */
function checkWindow(path: string, head: Buffer): void {
  const window = windowOf(head);
  if (window === null) throw damaged(path, 'it is not compressed with Zstandard');
  if (window > WINDOW_MAX)
    throw new ForeignFileError(path, 'too-large', `it needs ${window} bytes of memory to decompress`);
}

/** How much memory the first frame needs, bytes. Null for anything but a frame. */
function windowOf(head: Buffer): number | null {
  if (head.length < 6 || head.readUInt32LE(0) !== MAGIC) return null;
  const descriptor = head.readUInt8(4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  if (!isSingleSegment) {
    const window = head.readUInt8(5);
    return 2 ** (10 + (window >> 3)) * (1 + (window & 7) / 8);
  }
  const at = 5 + ([0, 1, 2, 4][descriptor & 3] ?? 0);
  const length = CONTENT_SIZE_BYTES[descriptor >> 6] ?? 0;
  if (head.length < at + 8) return 0; // an empty one
  if (length === 8) return Number(head.readBigUInt64LE(at));
  if (length === 4) return head.readUInt32LE(at);
  return length === 2 ? head.readUInt16LE(at) + 256 : head.readUInt8(at);
}

function damaged(path: string, why: string): ForeignFileError {
  return new ForeignFileError(path, 'damaged', `it is damaged or not whole (${why})`);
}
