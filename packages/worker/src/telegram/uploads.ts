import { open } from 'node:fs/promises';
import type { ReadStream } from 'node:fs';
import { reasonOf } from '@ccbot/shared/faults/fault';
import type { FileToUpload } from './api';

/** A file to upload cannot be read. */
export class UnreadableFile extends Error {}

/** The files of one call, open while it runs. */
export interface Uploads {
  /** The payload as telegraf takes it. Rejects with an {@link UnreadableFile}. */
  payload: Promise<Record<string, unknown>>;
  /** The error while a file was read, or null. The request was never complete then, so it was not executed. */
  broken(): UnreadableFile | null;
  close(): Promise<void>;
}

/** Opens the files in `payload`, if there are any. Calls `onBroken` when a file cannot be read to its end. */
export function openUploads(payload: Record<string, unknown>, onBroken: () => void): Uploads {
  const streams: ReadStream[] = [];
  let broken: UnreadableFile | null = null;

  async function opened(file: FileToUpload): Promise<{ source: ReadStream; filename: string }> {
    const { path, name } = file.upload;
    let source: ReadStream;
    try {
      source = (await open(path, 'r')).createReadStream();
    } catch (error) {
      throw new UnreadableFile(reasonOf(error));
    }
    streams.push(source);
    source.on('error', (error) => {
      broken = new UnreadableFile(reasonOf(error));
      onBroken();
    });
    return { source, filename: name };
  }

  async function media(item: Record<string, unknown>): Promise<Record<string, unknown>> {
    return isFile(item['media']) ? { ...item, media: await opened(item['media']) } : item;
  }

  async function convert(): Promise<Record<string, unknown>> {
    const entries = Object.entries(payload);
    const items = [payload['media']].flat().filter(isRecord);
    const uploads = [...entries.map(([, value]) => value), ...items.map((item) => item['media'])].some(
      isFile,
    );
    if (!uploads) return payload;
    const converted: Record<string, unknown> = {};
    for (const [key, value] of entries) {
      if (isFile(value)) converted[key] = await opened(value);
      else if (key === 'media' && Array.isArray(value)) {
        const group: unknown[] = [];
        for (const item of value) group.push(isRecord(item) ? await media(item) : item);
        converted[key] = group;
      } else if (key === 'media' && isRecord(value)) converted[key] = await media(value);
      // In a form, telegraf takes any other object for a file, and leaves it out.
      else converted[key] = typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
    }
    return converted;
  }

  return {
    payload: convert(),
    broken: () => broken,
    async close() {
      await Promise.all(
        streams.map(
          (stream) =>
            new Promise<void>((resolve) => {
              if (stream.closed) resolve();
              else stream.once('close', resolve).destroy();
            }),
        ),
      );
    },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isFile(value: unknown): value is FileToUpload {
  return isRecord(value) && isRecord(value['upload']);
}
