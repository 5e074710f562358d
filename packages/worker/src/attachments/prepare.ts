import { keys } from '../outbox/keys';
import { fetchPart, recordFate, Stopped, type ArrivalDeps } from './arrival';
import { releaseReady, type ReleaseDeps } from './release';

export type PrepareDeps = ArrivalDeps & ReleaseDeps;

/**
 * Fetches the files of an attachment, transcribes its voice messages, and releases it. Every step is on disk, so a run
 * that was killed continues where it was. Throws {@link Stopped}.
 */
export async function prepare(deps: PrepareDeps, id: number, signal: AbortSignal): Promise<void> {
  const count = deps.disk.attachments.get(id)?.parts.length ?? 0;
  for (let index = 0; index < count; index++) await preparePart(deps, id, index, signal);
  finish(deps, id);
}

async function preparePart(deps: PrepareDeps, id: number, index: number, signal: AbortSignal): Promise<void> {
  const { attachments } = deps.disk;
  // Read for each part: an edit may have changed the text meanwhile.
  const attachment = attachments.get(id);
  const part = attachment?.parts[index];
  if (attachment?.state !== 'preparing' || part?.file === undefined) return;
  const workdir = await deps.target.directory(attachment.session);
  if (workdir === undefined) return;
  let fate = part.fate ?? {};
  if (fate.path === undefined && fate.failed === undefined) {
    if (signal.aborted) throw new Stopped();
    fate = await fetchPart(deps, attachment, index, workdir, signal);
    recordFate(attachments, id, index, fate);
  }
  if (part.file.kind === 'voice' && fate.path !== undefined && fate.transcript === undefined) {
    const transcript = await deps.media.speech.read(attachment, index, fate.path, signal);
    if (signal.aborted) throw new Stopped();
    if (transcript !== null) recordFate(attachments, id, index, { transcript });
  }
}

/** All files of an attachment are here, or never will be. */
function finish(deps: PrepareDeps, id: number): void {
  const { attachments } = deps.disk;
  const attachment = attachments.get(id);
  if (attachment?.state !== 'preparing') return;
  const isEmpty = attachment.parts.every(
    (part) => part.file !== undefined && part.fate?.failed !== undefined,
  );
  deps.disk.store.tx(() => {
    attachments.mark(id, isEmpty ? 'void' : 'ready');
    releaseReady(deps, attachment.session);
  });
}

/** Drops an attachment after an unexpected error, so that it does not block what waits behind it. */
export function giveUp(deps: PrepareDeps, id: number, reason: string): void {
  const { attachments } = deps.disk;
  const attachment = attachments.get(id);
  if (attachment?.state !== 'preparing') return;
  const { chatId, messageId, session } = attachment;
  deps.disk.store.tx(() => {
    const text = deps.replies.wordsOf(chatId).inboxFailed(reason);
    deps.replies.tell({ chatId, thread: 'session', session }, keys.file(id), text, messageId);
    attachments.mark(id, 'void');
    releaseReady(deps, session);
  });
}
