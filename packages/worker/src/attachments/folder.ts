import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open, realpath, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileName } from './names';

/** The directory for incoming files, in a session's working directory. */
export const INBOX = '.ccbot-inbox';

/** A file cannot be stored in the inbox directory. */
export class FolderError extends Error {
  constructor(
    readonly why: 'not-mine' | 'disk-full' | 'unwritable',
    readonly path: string,
    message: string,
  ) {
    super(message);
  }
}

/** A file being written under a temporary name, so that a file under its own name is always whole. */
export interface Place {
  handle: FileHandle;
  /** The file is whole: gives it its name. */
  keep(): Promise<void>;
  /** Deletes what was written. */
  discard(): Promise<void>;
}

/** Opens a file to write; a test's can be on a full disk. */
export type OpenFile = (path: string, flags: number, mode: number) => Promise<FileHandle>;

/**
 * Creates the inbox of a working directory, with its own `.gitignore`, and returns its path without links. Throws a
 * {@link FolderError} when something else is in its place, such as a link to another directory.
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

/** Throws unless the inbox is a real directory of this user, not a link to one. */
async function assertMine(inbox: string): Promise<Stats> {
  const found = await lstat(inbox);
  if (!found.isDirectory() || found.uid !== process.getuid?.())
    throw new FolderError('not-mine', inbox, `${inbox} is not a directory of this user`);
  return found;
}

/** Makes Git ignore the whole directory. An existing `.gitignore` stays as it is. */
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
    await rm(part, { force: true }); // left by a run that was killed
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
          if (codeOf(error) !== 'EBADF') throw error; // already closed
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

/** Whether anything is at `path`, even a dangling link. */
export async function isTaken(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** A path in an inbox that nothing else has. `reserve` records it and returns false if it is reserved already. */
export async function freePath(
  inbox: string,
  { at, name }: { at: number; name: string },
  reserve: (path: string) => boolean,
): Promise<string> {
  for (let n = 1; ; n++) {
    const path = join(inbox, fileName(at, name, n));
    if (!(await isTaken(path)) && reserve(path)) return path;
  }
}

/** Deletes a file of an inbox, and its temporary file. Touches only files in an inbox that is still this user's own. */
export async function removeFile(path: string): Promise<void> {
  const inbox = dirname(path);
  try {
    await assertMine(inbox);
    await rm(partPath(path), { force: true });
    if ((await lstat(path)).isFile()) await rm(path, { force: true });
  } catch (error) {
    // Already gone, or what is there now is not ours.
    if (!(error instanceof FolderError) && !['ENOENT', 'ENOTDIR'].includes(codeOf(error))) throw error;
  }
}

function partPath(path: string): string {
  const at = path.lastIndexOf('/') + 1;
  return `${path.slice(0, at)}.${path.slice(at)}.part`;
}

/** Says what a file system error means for an incoming file. */
export function folderError(path: string, error: unknown): FolderError {
  if (error instanceof FolderError) return error;
  const code = codeOf(error);
  const why = ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code) ? 'disk-full' : 'unwritable';
  return new FolderError(why, path, error instanceof Error ? error.message : String(error));
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException | null)?.code ?? '');
}
