import { open, type FileHandle } from 'node:fs/promises';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { FileToUpload } from './api';

/** A file to upload cannot be read. */
export class UnreadableFile extends Error {}

/** An open file of a form. */
export interface OpenFile {
  name: string;
  size: number;
  /** Its bytes, piece by piece as they are asked for. Throws an {@link UnreadableFile}. */
  pieces(): AsyncGenerator<Uint8Array>;
}

/** A field of a form, in the order in which it is sent. */
export type FormField = readonly [name: string, value: string | OpenFile];

/** The files of one call, open while it runs. */
export interface Uploads {
  fields: readonly FormField[];
  /** Whether every file was read to its end. Before that the request is not complete, so no server can have executed it. */
  isRead(): boolean;
  close(): Promise<void>;
}

/** Bytes read at once. */
const PIECE = 64 * 1024;

/** Whether a payload has files, which are sent as a form. */
export function hasFiles(payload: Record<string, unknown>): boolean {
  const items = [payload['media']].flat().filter(isRecord);
  return [...Object.values(payload), ...items.map((item) => item['media'])].some(isFile);
}

/** Opens the files in `payload`. Throws an {@link UnreadableFile}, and then leaves none open. */
export async function openUploads(payload: Record<string, unknown>): Promise<Uploads> {
  const files = new OpenFiles();
  const fields: FormField[] = [];
  try {
    for (const [name, value] of Object.entries(payload)) {
      if (value === undefined || value === null) continue;
      if (isFile(value)) fields.push([name, await files.open(value)]);
      else if (name === 'media') fields.push([name, JSON.stringify(await attached(value, files, fields))]);
      else fields.push([name, typeof value === 'string' ? value : JSON.stringify(value)]);
    }
  } catch (error) {
    await files.close();
    throw error;
  }
  return { fields, isRead: () => files.isRead(), close: () => files.close() };
}

/** `media` with the names of the fields that hold its files, which are added to `fields`. */
async function attached(media: unknown, files: OpenFiles, fields: FormField[]): Promise<unknown> {
  const items: unknown[] = [];
  for (const item of [media].flat()) {
    if (!isRecord(item) || !isFile(item['media'])) {
      items.push(item);
      continue;
    }
    const name = `file${fields.length}`;
    fields.push([name, await files.open(item['media'])]);
    items.push({ ...item, media: `attach://${name}` });
  }
  return Array.isArray(media) ? items : items[0];
}

class OpenFiles {
  private readonly handles: FileHandle[] = [];
  private unread = 0;

  async open({ upload: { path, name } }: FileToUpload): Promise<OpenFile> {
    try {
      const handle = await open(path, 'r');
      this.handles.push(handle);
      const status = await handle.stat();
      if (!status.isFile()) throw new Error('it is not a file');
      this.unread++;
      return { name, size: status.size, pieces: () => this.read(handle, status.size) };
    } catch (error) {
      throw new UnreadableFile(reasonOf(error));
    }
  }

  isRead(): boolean {
    return this.unread === 0;
  }

  async close(): Promise<void> {
    await Promise.all(this.handles.splice(0).map((handle) => handle.close()));
  }

  /** Exactly `size` bytes: that many were announced. */
  private async *read(handle: FileHandle, size: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < size;) {
      const piece = Buffer.allocUnsafe(Math.min(PIECE, size - at));
      const { bytesRead } = await handle.read(piece, 0, piece.length, at).catch((error: unknown) => {
        throw new UnreadableFile(reasonOf(error));
      });
      if (bytesRead === 0) throw new UnreadableFile('it became shorter while it was sent');
      at += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
    this.unread--;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isFile(value: unknown): value is FileToUpload {
  return isRecord(value) && isRecord(value['upload']);
}
