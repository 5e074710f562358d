import { stat, statfs, type FileHandle } from 'node:fs/promises';
import { isIP } from 'node:net';
import { dirname, posix } from 'node:path';
import { openForeign } from '@ccbot/shared/files/foreign-file';
import { ForeignFileError, realPathOf } from '@ccbot/shared/files/foreign-rules';
import { unbracketed } from '@ccbot/shared/net/unbracketed';

const MB = 1024 * 1024;

/** The server that everybody uses. It never names files of this machine. */
const PUBLIC_HOST = 'api.telegram.org';

/** The most bytes that a bot gets, and sends, through Telegram's server, and through one of one's own (Bot API). */
export const PUBLIC_LIMITS = { download: 20 * MB, upload: 50 * MB } as const;
const OWN_LIMITS = { download: 2_000 * MB, upload: 2_000 * MB } as const;

/** The limits at a server. One of one's own that does not run with `--local` refuses what is above the public ones. */
export function limitsAt(apiRoot: string): { download: number; upload: number } {
  return isPublic(apiRoot) ? PUBLIC_LIMITS : OWN_LIMITS;
}

export interface LocalServer {
  apiRoot: string;
  token: string;
  /** Where this machine sees the server's files; empty: not set. */
  filesDir: string;
}

/**
 * Where a file is that `getFile` names by an absolute path. `disk`: read it at `path`; it must be in `within`, with links
 * resolved, and in a directory that has the token's name if `isMarked`. `rest`: its path for a download, if the server, or
 * another in front of it, offers one.
 */
export type LocalPlace =
  | { from: 'disk'; path: string; within: string; isMarked: boolean; rest: string }
  | { from: 'download'; rest: string }
  | { from: 'nowhere' };

/** Null for a relative path: a usual download. */
export function placeOf(filePath: string, server: LocalServer): LocalPlace | null {
  if (!filePath.startsWith('/') && !/^[a-z]:[\\/]/i.test(filePath)) return null;
  const isPlain = filePath === posix.normalize(filePath) && !filePath.includes('\0');
  if (isPublic(server.apiRoot) || !isPlain || !filePath.startsWith('/')) return { from: 'nowhere' };
  const mark = `/${server.token}/`;
  const at = filePath.lastIndexOf(mark);
  const rest = at < 0 ? filePath.slice(1) : filePath.slice(at + mark.length);
  const { filesDir } = server;
  if (filesDir !== '') {
    const isInside = filePath.startsWith(filesDir.endsWith('/') ? filesDir : `${filesDir}/`);
    // The server may run in a container, where its directory has another path.
    const path = isInside ? filePath : at < 0 ? undefined : posix.join(filesDir, filePath.slice(at));
    return path === undefined
      ? { from: 'download', rest }
      : { from: 'disk', path, within: filesDir, isMarked: false, rest };
  }
  if (!isLoopback(server.apiRoot) || at < 0) return { from: 'download', rest };
  return {
    from: 'disk',
    path: filePath,
    within: filePath.slice(0, at + mark.length - 1),
    isMarked: true,
    rest,
  };
}

function isPublic(apiRoot: string): boolean {
  return new URL(apiRoot).hostname.toLowerCase() === PUBLIC_HOST;
}

function isLoopback(apiRoot: string): boolean {
  const host = unbracketed(new URL(apiRoot).hostname).toLowerCase();
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Why a file of a local server cannot be read here. */
export type LocalProblem =
  /** There is no such file on this machine. */
  | 'absent'
  /** ccbot may not read it. */
  | 'unreadable'
  /** It is no regular file of the server's directory. */
  | 'not-trusted'
  | 'too-large';

export type LocalOpened =
  | { ok: true; file: FileHandle; size: number }
  | { ok: false; problem: LocalProblem; reason: string };

/**
 * Opens a file that a local server has stored. Whoever runs the server chooses the path, so only a regular file that is
 * in the server's directory, wherever links lead, and that belongs to the owner of its own directory is opened.
 */
export async function openLocal(
  { path, within, isMarked }: Extract<LocalPlace, { from: 'disk' }>,
  { token, max }: { token: string; max: number },
): Promise<LocalOpened> {
  let file: FileHandle | undefined;
  try {
    file = await openForeign(path, { within });
    const real = realPathOf(file.fd, path);
    const { uid, size } = await file.stat();
    const isStray = isMarked && !dirname(real).split('/').includes(token);
    if (isStray || uid !== (await stat(dirname(real))).uid) {
      await file.close();
      return { ok: false, problem: 'not-trusted', reason: 'it is not in the directory of the server' };
    }
    if (size <= max) return { ok: true, file, size };
    await file.close();
    return { ok: false, problem: 'too-large', reason: `it is larger than ${max} bytes` };
  } catch (error) {
    await file?.close();
    return { ok: false, ...problemOf(error) };
  }
}

function problemOf(error: unknown): { problem: LocalProblem; reason: string } {
  if (error instanceof ForeignFileError) return { problem: 'not-trusted', reason: error.why };
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return { problem: 'absent', reason: code };
  if (code === 'EACCES' || code === 'EPERM') return { problem: 'unreadable', reason: code };
  return { problem: 'unreadable', reason: code === '' ? message : code };
}

/** Bytes that stay free on the disk. */
const SPARE = 64 * MB;

/** Whether `bytes` more fit on the disk of a directory, and leave some room. */
export async function fitsInto(directory: string, bytes: number): Promise<boolean> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize >= bytes + SPARE;
}
