import { withoutTaps } from '../../cards/agent-text';
import { plain } from '../../cards/rich';
import type { Part } from '../../cards/view';
import { keys, type OutboxKey } from '../../outbox/keys';
import type { Settled } from '../../outbox/model';
import type { Outbox } from '../../outbox/outbox';
import type { SendResult } from './protocol';
import type { Taken } from './take';

/** The most files of an album (Bot API). */
const ALBUM_MAX = 10;

/** A file that may be sent, with a copy for this chat alone. */
export interface Sendable extends Pick<Taken, 'copy' | 'name' | 'as'> {
  /** As it was asked for. */
  path: string;
}

export interface AlbumDeps {
  outbox: Pick<Outbox, 'put' | 'keep' | 'keepAgain' | 'discard' | 'fileMax' | 'onSettled'>;
  newId(): string;
}

/** Runs of photos and of documents, in their order, of at most ten files each. */
export function albumsOf(files: readonly Sendable[]): Sendable[][] {
  const albums: Sendable[][] = [];
  for (const file of files) {
    const last = albums.at(-1);
    if (last !== undefined && last[0]?.as === file.as && last.length < ALBUM_MAX) last.push(file);
    else albums.push([file]);
  }
  return albums;
}

/**
 * Queues the copies as one message, or as one album. Resolves with what became of each file; a file that is not sent when
 * the patience ends is reported as queued.
 */
export async function queueAlbum(
  { outbox, newId }: AlbumDeps,
  to: { chat: number; session: string },
  album: readonly Sendable[],
  caption: string,
  patienceMs: number,
): Promise<SendResult[]> {
  const parts = album.map(({ name, as, copy }, i): Part => {
    return { ...withoutTaps(plain(i === 0 ? caption : '')), file: { name, as, content: { kept: copy } } };
  });
  const key = keys.file(newId());
  const settled = settledWithin(outbox, to.chat, key, patienceMs);
  const view = { parts, album: parts.length > 1 };
  outbox.put({ chatId: to.chat, thread: 'session', session: to.session, key, view, class: 'notice' });
  const how = await settled;
  return album.map(({ path }, i) => resultOf(path, to.chat, i, how));
}

/** Resolves with null if the view is still waiting after `patienceMs`. */
function settledWithin(
  outbox: Pick<Outbox, 'onSettled'>,
  chat: number,
  key: OutboxKey,
  patienceMs: number,
): Promise<Settled | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), patienceMs);
    timer.unref(); // the command notices by its connection when this program ends
    outbox.onSettled(chat, key, (how) => {
      clearTimeout(timer);
      resolve(how);
    });
  });
}

function resultOf(path: string, chat: number, file: number, settled: Settled | null): SendResult {
  if (settled === null) return { path, chat, state: 'queued' };
  const missing = settled.missing.find((candidate) => candidate.file === file);
  const why = missing?.why ?? (settled.shown ? undefined : settled.why);
  return why === undefined ? { path, chat, state: 'sent' } : { path, chat, state: 'failed', why };
}
