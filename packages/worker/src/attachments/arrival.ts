import type { Clock } from '@ccbot/shared/clock';
import { pause } from '@ccbot/shared/pause';
import type { InboundFile } from '../inbox/model';
import { outboxKey } from '../outbox/keys';
import { fetchFile, type FetchDeps, type Fetched } from './fetch';
import { FolderError, freePath, isTaken, prepareInbox } from './folder';
import type { Attachment, AttachmentStore } from './model';
import { safeName } from './names';
import type { AttachmentDisk, Replies } from './release';
import type { FileFate } from './render';
import type { Speech } from './speech';
import type { Words } from '../words/words';

/** Waits between attempts to fetch a file, ms; the last one is repeated. */
const WAITS_MS = [1_000, 3_000, 10_000, 30_000, 60_000];

/** How long we try to fetch a file, ms, counted from when its message arrived. */
const GIVE_UP_MS = 15 * 60_000;

/** Brings files here, and voice messages into text. */
export interface Media {
  download: FetchDeps;
  speech: Speech;
}

export interface ArrivalDeps {
  disk: AttachmentDisk;
  media: Media;
  replies: Replies;
  clock: Pick<Clock, 'now'>;
}

/** Fetching was stopped: the next run fetches what is missing. */
export class Stopped extends Error {}

/** One file of an attachment, and how its user hears about it. */
interface Arrival {
  readonly deps: ArrivalDeps;
  readonly attachment: Attachment;
  readonly index: number;
  readonly file: InboundFile;
  readonly messageId: number;
  /** The attachment is nothing but this file. */
  readonly isAlone: boolean;
}

/**
 * Fetches the file of part `index` into the inbox of `workdir`, tells the user when that fails, and returns what became
 * of the file. Every step is on disk, so a run that was killed continues where it was. Throws {@link Stopped}.
 */
export async function fetchPart(
  deps: ArrivalDeps,
  attachment: Attachment,
  index: number,
  workdir: string,
  stop: AbortSignal,
): Promise<FileFate> {
  const part = attachment.parts[index];
  if (part?.file === undefined) throw new Error(`no file in part ${index}`);
  const { file, messageId } = part;
  const isAlone = attachment.parts.length === 1;
  const arrival: Arrival = { deps, attachment, index, file, messageId, isAlone };
  const { max } = deps.media.download.files;
  if ((file.size ?? 0) > max) return tooBig(arrival, max);
  try {
    const path = part.fate?.planned ?? (await planPath(arrival, workdir));
    return await fetchTo(arrival, path, stop);
  } catch (error) {
    if (error instanceof FolderError) return noPlace(arrival, error);
    throw error;
  }
}

async function fetchTo(arrival: Arrival, path: string, stop: AbortSignal): Promise<FileFate> {
  const { deps, attachment, file } = arrival;
  for (let tried = 0; ; tried++) {
    // An earlier run fetched all of it: a file gets its name last.
    if (await isTaken(path)) return { path };
    const fetched = await fetchFile(deps.media.download, file, path, stop);
    switch (fetched.is) {
      case 'there':
        return { path };
      case 'too-big':
        return tooBig(arrival, fetched.max);
      case 'not-here':
        return notHere(arrival, fetched);
      case 'refused':
        return refused(arrival, wordsOf(arrival).downloadReason(fetched), fetched.reason);
      case 'no-place':
        return noPlace(arrival, fetched.error);
      case 'stopped':
        throw new Stopped();
      case 'again':
        if (deps.clock.now() - attachment.at > GIVE_UP_MS)
          return refused(arrival, wordsOf(arrival).downloadReason(fetched), fetched.reason);
        if (tried === 1)
          tell(
            arrival,
            'late',
            wordsOf(arrival).fileLate(safeName(file), wordsOf(arrival).downloadReason(fetched)),
          );
        await rest(waitAfter(tried), stop);
    }
  }
}

function tooBig(arrival: Arrival, max: number): FileFate {
  const mb = Math.floor(max / (1024 * 1024));
  const { file, isAlone } = arrival;
  tell(arrival, 'file', wordsOf(arrival).fileTooBig(safeName(file), mb, isAlone));
  return { failed: `more than ${mb} MB` };
}

const wordsOf = ({ deps, attachment }: Arrival): Words => deps.replies.wordsOf(attachment.chatId);

/** `reason` is Markdown in the language of the chat. */
function refused(arrival: Arrival, reason: string, failed: string): FileFate {
  const { file, isAlone } = arrival;
  tell(arrival, 'file', wordsOf(arrival).fileFailed(safeName(file), reason, isAlone));
  return { failed };
}

/** The server keeps the file on its own disk. */
function notHere(arrival: Arrival, { why, path }: Extract<Fetched, { is: 'not-here' }>): FileFate {
  const reason = wordsOf(arrival).whyNotHere[why](path);
  return refused(arrival, reason, reason);
}

function noPlace(arrival: Arrival, error: FolderError): FileFate {
  const reason = wordsOf(arrival).whyNoFile[error.why](error.path, error.message);
  return refused(arrival, reason, reason);
}

function tell({ deps, attachment, index, messageId }: Arrival, name: 'file' | 'late', text: string): void {
  const { id, chatId, session } = attachment;
  deps.replies.tell({ chatId, thread: 'session', session }, outboxKey(name, id, index), text, messageId);
}

/** Picks a name that nothing else has, and records it before anything is written. */
async function planPath({ deps, attachment, index, file }: Arrival, workdir: string): Promise<string> {
  const inbox = await prepareInbox(workdir);
  const at = attachment.parts[index]?.at ?? attachment.at;
  return freePath(inbox, { at, name: safeName(file) }, (path) =>
    deps.disk.store.tx(() => {
      if (!deps.disk.attachments.reserve(path, attachment.id, deps.clock.now())) return false;
      recordFate(deps.disk.attachments, attachment.id, index, { planned: path });
      return true;
    }),
  );
}

/** Stores what became of a file. Reads the attachment again first: the rest of it may have changed meanwhile. */
export function recordFate(attachments: AttachmentStore, id: number, index: number, fate: FileFate): void {
  const attachment = attachments.get(id);
  if (attachment === undefined) return;
  attachments.rewrite({
    ...attachment,
    parts: attachment.parts.map((p, i) => (i === index ? { ...p, fate: { ...p.fate, ...fate } } : p)),
  });
}

function waitAfter(tried: number): number {
  return WAITS_MS[Math.min(tried, WAITS_MS.length - 1)] ?? 0;
}

/** Throws {@link Stopped} as soon as `stop` is aborted. */
async function rest(ms: number, stop: AbortSignal): Promise<void> {
  await pause(ms, stop);
  if (stop.aborted) throw new Stopped();
}
