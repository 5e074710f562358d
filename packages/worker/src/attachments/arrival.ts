import { pause } from '@ccbot/shared/pause';
import { join } from 'node:path';
import { fetchFile, FILE_MAX, type FetchDeps } from './fetch';
import { FolderError, isTaken, prepareInbox } from './folder';
import type { InboundFile } from '../inbox/model';
import { fileName, safeName } from './names';
import type { Attachment, AttachmentStore } from './model';
import type { FileFate } from './render';
import type { WordsOf } from '../words/words';
import { outboxKey, type OutboxKey } from '../outbox/keys';

/** Waits between two tries to fetch a file, ms; the last one is repeated. */
const WAITS_MS = [1_000, 3_000, 10_000, 30_000, 60_000];

/** How long a file is tried to be fetched, ms. */
const GIVE_UP_MS = 15 * 60_000;

/** What the arrival of files is given. */
export interface ArrivalDeps extends FetchDeps {
  wordsOf: WordsOf;
  attachments: AttachmentStore;
  tx<T>(work: () => T): T;
  /** Tells the person, once under a key, in answer to a message. */
  tell(chatId: number, key: OutboxKey, text: string, replyTo: number): void;
  now(): number;
  /** Absent: the usual waits. */
  waitsMs?: readonly number[];
}

/** It was told to stop: what is not here yet is fetched by the next run. */
export class Stopped extends Error {}

/** Brings the file of part `index` of a parcel into the inbox of `workdir`, and answers what became of it. Every step is on disk: a run that was killed is gone on with. Throws {@link Stopped}. */
export async function arrive(
  deps: ArrivalDeps,
  parcel: Attachment,
  index: number,
  workdir: string,
  stop: AbortSignal,
): Promise<FileFate> {
  const part = parcel.parts[index];
  const file = part?.file;
  if (part === undefined || file === undefined) throw new Error(`no file in part ${index}`);
  const alone = parcel.parts.length === 1;
  const words = deps.wordsOf(parcel.chatId);
  const tell = (name: string, text: string): void =>
    deps.tell(parcel.chatId, outboxKey(name, parcel.id, index), text, part.messageId);
  const give = (failed: string, text: string): FileFate => {
    tell('file', text);
    return { failed };
  };
  const tooBig = (): FileFate => give('more than 20 MB', words.fileTooBig(safeName(file), alone));
  const noPlace = (error: FolderError): FileFate => {
    const why = words.whyNoFile[error.why](error.path, error.message);
    return give(why, words.fileFailed(safeName(file), why, alone));
  };

  if ((file.size ?? 0) > FILE_MAX) return tooBig();
  try {
    const path = part.fate?.planned ?? (await plan(deps, parcel, index, file, workdir));
    for (let tried = 0; ; tried++) {
      // It was whole before the last run ended: a file gets its name last of all.
      if (await isTaken(path)) return { path };
      const fetched = await fetchFile(deps, file.id, path, stop);
      switch (fetched.is) {
        case 'there':
          return { path };
        case 'too-big':
          return tooBig();
        case 'refused':
          return give(fetched.reason, words.fileFailed(safeName(file), fetched.reason, alone));
        case 'no-place':
          return noPlace(fetched.error);
        case 'stopped':
          throw new Stopped();
        case 'again':
          if (deps.now() - parcel.at > GIVE_UP_MS)
            return give(fetched.reason, words.fileFailed(safeName(file), fetched.reason, alone));
          if (tried === 1) tell('late', words.fileLate(safeName(file), fetched.reason));
          await rest(waitOf(deps.waitsMs ?? WAITS_MS, tried), stop);
      }
    }
  } catch (error) {
    if (error instanceof FolderError) return noPlace(error);
    throw error;
  }
}

/** Chooses a name that nothing else has, and notes it before anything is written. */
async function plan(
  deps: ArrivalDeps,
  parcel: Attachment,
  index: number,
  file: InboundFile,
  workdir: string,
): Promise<string> {
  const inbox = await prepareInbox(workdir);
  for (let n = 1; ; n++) {
    const path = join(inbox, fileName(parcel.parts[index]?.at ?? parcel.at, safeName(file), n));
    if (await isTaken(path)) continue;
    const mine = deps.tx(() => {
      if (!deps.attachments.reserve(path, parcel.id, deps.now())) return false;
      settle(deps.attachments, parcel.id, index, { planned: path });
      return true;
    });
    if (mine) return path;
  }
}

/** Writes what became of a file; the rest of the parcel may have changed meanwhile and is read anew. */
export function settle(attachments: AttachmentStore, id: number, index: number, fate: FileFate): void {
  const parcel = attachments.get(id);
  if (parcel === undefined) return;
  attachments.rewrite({
    ...parcel,
    parts: parcel.parts.map((p, i) => (i === index ? { ...p, fate: { ...p.fate, ...fate } } : p)),
  });
}

function waitOf(waits: readonly number[], tried: number): number {
  return waits[Math.min(tried, waits.length - 1)] ?? 0;
}

/** Throws {@link Stopped} at once when it is told to stop. */
async function rest(ms: number, stop: AbortSignal): Promise<void> {
  await pause(ms, stop);
  if (stop.aborted) throw new Stopped();
}
