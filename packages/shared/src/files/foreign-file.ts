import { lstat, open, stat, type FileHandle } from 'node:fs/promises';
import { checkKind, checkPlace, flagsFor, openError, readWhole, type LinkRule } from './foreign-rules';
import { FILE_LIMITS, type FileKind } from './limits';

/**
 * Opens a file that ccbot did not write. Never blocks, and opens no device, pipe or socket. Rejects with a
 * {@link ForeignFileError}, or with the error of the file system. The caller closes the handle.
 */
export async function openForeign(path: string, links: LinkRule = 'follow'): Promise<FileHandle> {
  // Looks before it opens, because opening alone makes some devices act. The check that counts is the one after it.
  checkKind(path, await (links === 'refuse' ? lstat(path) : stat(path)));
  const file = await open(path, flagsFor(links)).catch((error: unknown) => {
    throw openError(path, error);
  });
  try {
    checkKind(path, await file.stat());
    checkPlace(path, file.fd, links);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * The text of a whole file that ccbot did not write. A file above the limit of its kind is refused, even if it grows while
 * it is read. Rejects as {@link openForeign} does.
 */
export async function readForeign(path: string, kind: FileKind, links: LinkRule = 'follow'): Promise<string> {
  const file = await openForeign(path, links);
  try {
    const whole = readWhole(path, (await file.stat()).size, FILE_LIMITS[kind]);
    for (;;) {
      const room = whole.room();
      const { bytesRead } = await file.read(room, 0, room.length, null);
      if (whole.add(room, bytesRead)) return whole.text();
    }
  } finally {
    await file.close();
  }
}

/** The first bytes of a file, as text, as many as the limit of its kind. Rejects as {@link openForeign} does. */
export function headOfForeign(path: string, kind: FileKind, links?: LinkRule): Promise<string> {
  return partOfForeign(path, kind, () => 0, links);
}

/** The last bytes of a file, as text, as many as the limit of its kind. Rejects as {@link openForeign} does. */
export function tailOfForeign(path: string, kind: FileKind, links?: LinkRule): Promise<string> {
  return partOfForeign(path, kind, (size) => Math.max(0, size - FILE_LIMITS[kind]), links);
}

/** As many bytes as the limit of the kind; `startOf`: where they begin in a file of this size. */
async function partOfForeign(
  path: string,
  kind: FileKind,
  startOf: (size: number) => number,
  links: LinkRule = 'follow',
): Promise<string> {
  const length = FILE_LIMITS[kind];
  const file = await openForeign(path, links);
  try {
    const start = startOf((await file.stat()).size);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}
