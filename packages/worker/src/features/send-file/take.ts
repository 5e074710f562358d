import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { reasonOf } from '@ccbot/shared/faults/fault';
import { openForeign } from '@ccbot/shared/files/foreign-file';
import { ForeignFileError, isUnder, realPathOf } from '@ccbot/shared/files/foreign-rules';
import type { KeptFile } from '../../cards/view';
import { fileName } from '../../outbox/accept';
import type { Outbox } from '../../outbox/outbox';
import { answers } from './answers';
import { isPictureFile } from './picture';
import { holdsSecrets, isSensitiveName } from './sensitive';

/** The most bytes of a photo (Bot API). */
const PHOTO_MAX = 10 * 1024 * 1024;

/** How much of a file is searched for credentials, bytes. */
const SEARCH_MAX = 1024 * 1024;

/** A file that may be sent: a copy of it, and what was found in exactly these bytes. */
export interface Taken {
  ok: true;
  copy: KeptFile;
  /** With every link resolved. */
  real: string;
  name: string;
  as: 'photo' | 'document';
  /** It is, or looks like, something that holds credentials, or it is the same file as one elsewhere. */
  sensitive: boolean;
}

/** Why a file may not be sent, and what to do instead; printed for the agent. */
export interface Refused {
  ok: false;
  why: string;
}

/** Where files may come from, with links resolved. */
export interface Places {
  roots: readonly string[];
  /** Nothing comes from here, whatever the roots: ccbot's own directory. */
  never: readonly string[];
}

type Copies = Pick<Outbox, 'keep' | 'discard' | 'fileMax'>;

/**
 * Copies a file that an agent wants to send, and checks it. Place, kind, content and copy are those of one descriptor, so
 * that nobody can have one file checked and another sent. Never rejects.
 */
export async function takeFile(path: string, places: Places, copies: Copies): Promise<Taken | Refused> {
  try {
    // The path may lead through linked directories: where the file is, the open descriptor tells.
    const file = await openForeign(path, 'refuse');
    try {
      return await takeOpen(file, path, places, copies);
    } finally {
      await file.close();
    }
  } catch (error) {
    return { ok: false, why: refusalOf(error) };
  }
}

/** The copy of a file that was taken before; rejects if it is no longer where it was, or cannot be read. */
export async function takeAgain(real: string, copies: Copies): Promise<KeptFile> {
  const file = await openForeign(real, 'refuse');
  try {
    if (realPathOf(file.fd, real) !== real) throw new Error('it is somewhere else now');
    return await copies.keep(file, limit(real, copies.fileMax()));
  } finally {
    await file.close();
  }
}

async function takeOpen(
  file: FileHandle,
  path: string,
  places: Places,
  copies: Copies,
): Promise<Taken | Refused> {
  // Before its place is looked up: a second name that is gone by then was the one in the allowed place.
  const max = copies.fileMax();
  const { size, nlink: namesAtFirst } = await file.stat();
  const real = realPathOf(file.fd, path);
  const refusal = checkPlace(real, places) ?? checkSize(size, max);
  if (refusal !== null) return { ok: false, why: refusal };
  const start = startOf(Math.min(size, SEARCH_MAX));
  const countBytes = limit(path, max);
  const copy = await copies.keep(file, (piece) => {
    countBytes(piece);
    start.add(piece);
  });
  // It may have been moved or linked while it was copied.
  const names = (await file.stat()).nlink;
  const place = names === 0 ? real : placeNow(file, path);
  const refusalNow =
    (place === null ? answers.moved : checkPlace(place, places)) ?? checkSize(copy.size, max);
  if (refusalNow !== null) {
    copies.discard([copy]);
    return { ok: false, why: refusalNow };
  }
  const content = start.bytes();
  const isPicture = isPictureFile(content);
  return {
    ok: true,
    copy,
    real,
    name: fileName(basename(path)),
    as: isPicture && copy.size <= PHOTO_MAX ? 'photo' : 'document',
    sensitive:
      isSensitiveName(real) ||
      isSensitiveName(path) ||
      // A hard link is the same file under another name, and the other one may be outside.
      Math.max(names, namesAtFirst) > 1 ||
      (!isPicture && holdsSecrets(content)),
  };
}

/** Null: it has no longer the name by which it was opened, but another one. */
function placeNow(file: FileHandle, path: string): string | null {
  try {
    return realPathOf(file.fd, path);
  } catch (error) {
    if (error instanceof ForeignFileError) return null;
    throw error;
  }
}

/** Throws once more than the limit was copied: the file grows. */
function limit(path: string, max: number): (piece: Uint8Array) => void {
  let length = 0;
  return (piece) => {
    length += piece.length;
    if (length > max) throw new ForeignFileError(path, 'too-large', answers.grows(inMb(max)));
  };
}

/** The first bytes of what is copied. */
function startOf(max: number): { add(piece: Uint8Array): void; bytes(): Buffer } {
  const start = Buffer.alloc(max);
  let length = 0;
  return {
    add(piece) {
      start.set(piece.subarray(0, max - length), length);
      length = Math.min(max, length + piece.length);
    },
    bytes: () => start.subarray(0, length),
  };
}

function refusalOf(error: unknown): string {
  if (error instanceof ForeignFileError) {
    if (error.problem === 'directory') return answers.directory;
    if (error.problem === 'link') return answers.link;
    if (error.problem === 'moved') return answers.moved;
    return error.why;
  }
  const { code } = error as { code?: unknown };
  return code === 'ENOENT' || code === 'ENOTDIR' ? answers.missing : answers.unreadable(reasonOf(error));
}

function checkPlace(real: string, { roots, never }: Places): string | null {
  if (never.some((root) => isUnder(real, root))) return answers.own;
  return roots.some((root) => isUnder(real, root)) ? null : answers.outside(roots);
}

function checkSize(size: number, max: number): string | null {
  if (size === 0) return answers.empty;
  return size <= max ? null : answers.tooLarge(Math.ceil(size / MB), inMb(max));
}

const MB = 1024 * 1024;
const inMb = (bytes: number): number => Math.floor(bytes / MB);
