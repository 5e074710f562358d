import { basename } from 'node:path';
import { plainPath } from '../agents/transcript-file';
import type { Store } from '../store/open';

/**
 * In which chat each prompt of a transcript was written, on disk. A prompt is found by the transcript's name and the time,
 * ms since the epoch: the agent may move or compress the file, but its name holds the id of its session.
 */
export interface AuthorStore {
  /** Does nothing if the author is already known. */
  record(path: string, at: number, chatId: number): void;
  get(path: string, at: number): number | undefined;
}

/** How long an author is stored, ms: agents remove their own transcripts, some after weeks. */
const RETENTION_MS = 365 * 24 * 3_600_000;

export function createAuthorStore({ db }: Pick<Store, 'db'>, now: () => number): AuthorStore {
  // The first record holds: read again, a transcript may have two prompts with the same text.
  const insert = db.prepare('INSERT OR IGNORE INTO askers (path, at, chat) VALUES (?, ?, ?)');
  const prune = db.prepare('DELETE FROM askers WHERE at < ?');
  // Earlier versions stored the whole path.
  const select = db.prepare<[string, string, number], { chat: number }>(
    'SELECT chat FROM askers WHERE path IN (?, ?) AND at = ?',
  );
  return {
    record(path, at, chatId) {
      insert.run(nameOf(path), at, chatId);
      prune.run(now() - RETENTION_MS);
    },
    get: (path, at) => select.get(nameOf(path), path, at)?.chat,
  };
}

function nameOf(path: string): string {
  return basename(plainPath(path));
}
