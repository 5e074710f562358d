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
export async function headOfForeign(
  path: string,
  kind: FileKind,
  links: LinkRule = 'follow',
): Promise<string> {
  const file = await openForeign(path, links);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FILE_LIMITS[kind]), 0, FILE_LIMITS[kind], 0);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}

/** The last bytes of a file, as text, as many as the limit of its kind. Rejects as {@link openForeign} does. */
export async function tailOfForeign(
  path: string,
  kind: FileKind,
  links: LinkRule = 'follow',
): Promise<string> {
  const file = await openForeign(path, links);
  try {
    const from = Math.max(0, (await file.stat()).size - FILE_LIMITS[kind]);
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(FILE_LIMITS[kind]),
      0,
      FILE_LIMITS[kind],
      from,
    );
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}
