import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open, realpath, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The directory of files that came in, in a session's working directory. */
export const INBOX = '.ccbot-inbox';

/** Why a file cannot be put there. */
export class FolderError extends Error {
  constructor(
    readonly why: 'not-mine' | 'disk-full' | 'unwritable',
    readonly path: string,
    message: string,
  ) {
    super(message);
  }
}

/** A place for one file: written under another name first, so that what is seen under its own is whole. */
export interface Place {
  handle: FileHandle;
  /** The file is whole: it gets its name. */
  keep(): Promise<void>;
  /** Nothing of it stays. */
  discard(): Promise<void>;
}

/** Opens files to be written; a test's may be full at once. */
export type OpenFile = (path: string, flags: number, mode: number) => Promise<FileHandle>;

/**
 * Makes the inbox of a working directory, with a `.gitignore` of its own, and answers its path without links. Throws
 * a {@link FolderError} when something else stands in its place, such as a link to somewhere else.
 */
export async function prepareInbox(workdir: string): Promise<string> {
  const path = join(workdir, INBOX);
  try {
    const inbox = join(await realpath(workdir), INBOX);
    await mkdir(inbox, { mode: 0o700 }).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
    await assertMine(inbox);
    await ignore(inbox);
    return inbox;
  } catch (error) {
    throw folderError(path, error);
  }
}

/** A real directory of this user, not a link to one. */
async function assertMine(inbox: string): Promise<Stats> {
  const found = await lstat(inbox);
  if (!found.isDirectory() || found.uid !== process.getuid?.())
    throw new FolderError('not-mine', inbox, `${inbox} is not a directory of this user`);
  return found;
}

/** Git leaves the whole directory alone. A file that is there already stays as it is. */
async function ignore(inbox: string): Promise<void> {
  try {
    const file = await open(join(inbox, '.gitignore'), 'wx', 0o600);
    try {
      await file.writeFile('*\n');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** Opens a place for a file at `path`, directly below an inbox. Throws a {@link FolderError}. */
export async function openPlace(path: string, openFile: OpenFile = open): Promise<Place> {
  const part = partPath(path);
  const inbox = dirname(path);
  try {
    const before = await assertMine(inbox);
    await rm(part, { force: true }); // of a try that was killed
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    const handle = await openFile(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    const place: Place = {
      handle,
      async keep() {
        try {
          await handle.sync();
          await handle.close();
          await rename(part, path);
        } catch (error) {
          await place.discard();
          throw folderError(path, error);
        }
      },
      async discard() {
        await handle.close().catch((error: unknown) => {
          if (codeOf(error) !== 'EBADF') throw error; // it is closed already
        });
        await rm(part, { force: true });
      },
    };
    const after = await assertMine(inbox);
    if (after.ino !== before.ino || after.dev !== before.dev) {
      await place.discard();
      throw new FolderError('not-mine', inbox, `${inbox} was replaced meanwhile`);
    }
    return place;
  } catch (error) {
    throw folderError(path, error);
  }
}

/** Whether something lies at `path`, be it a link to nothing. */
export async function isTaken(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Deletes a file of an inbox, and what was left of its being written. Only what is still a file of this user's own inbox is touched. */
export async function removeFile(path: string): Promise<void> {
  const inbox = dirname(path);
  try {
    await assertMine(inbox);
    await rm(partPath(path), { force: true });
    if ((await lstat(path)).isFile()) await rm(path, { force: true });
  } catch (error) {
    // It is gone already, or what stands there now is none of ours.
    if (!(error instanceof FolderError) && !['ENOENT', 'ENOTDIR'].includes(codeOf(error))) throw error;
  }
}

function partPath(path: string): string {
  const at = path.lastIndexOf('/') + 1;
  return `${path.slice(0, at)}.${path.slice(at)}.part`;
}

/** What a failure of the file system means for a file that comes in. */
export function folderError(path: string, error: unknown): FolderError {
  if (error instanceof FolderError) return error;
  const code = codeOf(error);
  const why = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code) ? 'disk-full' : 'unwritable';
  return new FolderError(why, path, error instanceof Error ? error.message : String(error));
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException | null)?.code ?? '');
}
